// Owns the look into what was read: who would be added, who is there already, what could not be read, what columns mean.
import { createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { formatPhone, useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Badge } from "../../ui/Mark.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { Columns } from "./Columns.tsx";
import type { ImportModel } from "./model.ts";
import type { Candidate } from "./plan.ts";
import { Problems } from "./Problems.tsx";
import { importText } from "./text.ts";
import { Twins } from "./Twins.tsx";

type TabName = "ready" | "twins" | "problems";

/** What was read, before anybody is added. Rules: IM3–IM5. */
export function Preview(props: { readonly model: ImportModel }): JSX.Element {
  const t = useText(importText);
  const format = useFormat();
  const [chosen, setChosen] = createSignal<TabName | null>(null);
  const twins = (): readonly Candidate[] => props.model.candidates().filter(({ twin }) => twin !== null);
  const fullest = (): TabName => {
    if (props.model.taken().length > 0) return "ready";
    if (twins().length > 0) return "twins";
    return props.model.problems().length > 0 ? "problems" : "ready";
  };
  // Hint: who chooses among those set beside each other stays with them, although somebody is to be added then.
  const first = createMemo<TabName>((before) => (props.model.wanted().size > 0 ? before : fullest()), "ready");
  const tab = (): TabName => chosen() ?? first();
  const count = (value: number): string => format().number(value);
  const tabs = () => [
    { value: "ready" as const, label: t("preview.ready"), count: count(props.model.taken().length) },
    { value: "twins" as const, label: t("preview.twins"), count: count(twins().length) },
    { value: "problems" as const, label: t("preview.problems"), count: count(props.model.problems().length) },
  ];
  return (
    <>
      <div class="flex flex-wrap items-center justify-between gap-2">
        <h2 class="text-base">
          {t("preview.read", count(props.model.candidates().length), props.model.files().length)}
        </h2>
        <Button tone="quiet" class="-mr-3.5" onClick={() => props.model.clear()}>
          {t("preview.again")}
        </Button>
      </div>
      <For each={props.model.files()}>{(file) => <Columns file={file} onChange={props.model.remap} />}</For>
      <Tabs label={t("preview.tabs")} tabs={tabs()} value={tab()} onChange={setChosen}>
        <div class="pt-3">
          <Switch>
            <Match when={tab() === "ready"}>
              <Ready candidates={props.model.taken()} isNobody={props.model.candidates().length === 0} />
            </Match>
            <Match when={tab() === "twins"}>
              <Twins twins={twins()} wanted={props.model.wanted()} onChange={props.model.setWanted} />
            </Match>
            <Match when={tab() === "problems"}>
              <Problems problems={props.model.problems()} />
            </Match>
          </Switch>
        </div>
      </Tabs>
    </>
  );
}

/** How many rows are drawn; the rest is counted. */
const FIRST = 50;

function Ready(props: { readonly candidates: readonly Candidate[]; readonly isNobody: boolean }): JSX.Element {
  const t = useText(importText);
  const format = useFormat();
  const rest = (): number => props.candidates.length - FIRST;
  return (
    <Show
      when={props.candidates.length > 0}
      fallback={<p class="py-4 text-muted">{props.isNobody ? t("preview.nobody") : t("preview.noReady")}</p>}
    >
      <ul class="overflow-hidden rounded-card border border-line bg-surface" aria-label={t("preview.table")}>
        <For each={props.candidates.slice(0, FIRST)}>{(candidate) => <ReadyRow candidate={candidate} />}</For>
        <Show when={rest() > 0}>
          <li class="px-4 py-2.5 text-muted">{t("preview.more", format().number(rest()))}</li>
        </Show>
      </ul>
    </Show>
  );
}

function ReadyRow(props: { readonly candidate: Candidate }): JSX.Element {
  const t = useText(importText);
  const contact = () => props.candidate.contact;
  const extra = (): number => Math.max(0, contact().phones.length - 1) + Math.max(0, contact().emails.length - 1);
  return (
    <li class="flex min-h-touch flex-wrap items-center gap-x-4 border-b border-line px-4 py-1.5 last:border-b-0">
      <span class="min-w-40 flex-1 truncate font-medium">{contact().name}</span>
      <span class="text-muted tabular-nums">{formatPhone(contact().phones[0] ?? "")}</span>
      <span class="max-w-60 truncate text-muted">{contact().emails[0]}</span>
      <Show when={extra() > 0}>
        <Badge>{t("preview.extra", extra())}</Badge>
      </Show>
      <Show when={contact().note}>
        <Badge>{t("preview.note")}</Badge>
      </Show>
    </li>
  );
}
