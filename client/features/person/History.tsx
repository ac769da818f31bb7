// Owns the history of a person as readable sentences under their days. Entries name fields and never values.
import { createMemo, createSignal, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { personActivity } from "../../../shared/activity.ts";
import { useFormat } from "../../i18n/format.ts";
import { useI18n, useText } from "../../i18n/i18n.ts";
import { createRecords } from "../../store/use.tsx";
import { Button } from "../../ui/Button.tsx";
import { dayIn, historyDays, nearness } from "./history.ts";
import type { HistoryLine } from "./history.ts";
import { usePerson } from "./model.ts";
import type { PersonModel } from "./model.ts";
import { Section } from "../../ui/Section.tsx";
import { personText } from "./text.ts";

/** How many lines stand there before the older ones are asked for. */
const FIRST = 20;

/** Who did what, newest first. Rule: PE12. */
export function History(props: { readonly client: NonNullable<PersonModel["client"]> }): JSX.Element {
  const t = useText(personText);
  const { zone } = usePerson().studio;
  const say = useSentences();
  const format = useFormat(zone);
  const [most, setMost] = createSignal(FIRST);
  // Hint: the client of a shown person does not change; another person is another component.
  // eslint-disable-next-line solid/reactivity
  const entries = createRecords(props.client.open, personActivity);
  const dayOf = createMemo(() => dayIn(zone()));
  const all = createMemo(() => historyDays(entries() ?? [], dayOf()));
  const days = createMemo(() => new Map(firstLines(all(), most()).map(({ day, lines }) => [day, lines])));
  const heading = (day: string): string => {
    const near = nearness(day, dayOf()(new Date().toISOString()));
    return near === "earlier" ? format().date(day) : t(`history.${near}`);
  };
  const count = (): number => all().reduce((sum, { lines }) => sum + lines.length, 0);
  return (
    <Section title={t("section.history")}>
      <Show when={count() > 0} fallback={<p class="pb-2 text-muted">{t("history.empty")}</p>}>
        <For each={[...days().keys()]}>
          {(day) => (
            <>
              <h4 class="mt-2 text-xs font-medium text-muted">{heading(day)}</h4>
              <ul class="mt-1 flex flex-col gap-1.5">
                <For each={days().get(day) ?? []}>
                  {(line) => <Line line={line} text={say(line)} time={format().time} />}
                </For>
              </ul>
            </>
          )}
        </For>
        <Show when={count() > most()}>
          <Button tone="quiet" class="mt-2 -ml-3.5" onClick={() => setMost(most() * 3)}>
            {t("history.more")}
          </Button>
        </Show>
      </Show>
    </Section>
  );
}

function firstLines(days: ReturnType<typeof historyDays>, most: number): ReturnType<typeof historyDays> {
  let left = most;
  return days.flatMap(({ day, lines }) => {
    const taken = lines.slice(0, Math.max(0, left));
    left -= taken.length;
    return taken.length === 0 ? [] : [{ day, lines: taken }];
  });
}

type LineProps = { readonly line: HistoryLine; readonly text: string; readonly time: (instant: string) => string };

function Line(props: LineProps): JSX.Element {
  const spell = () => props.line.entry.record;
  const time = (): string => {
    const [from, to] = [props.time(spell().at), props.time(spell().endedAt)];
    return from === to ? from : `${from}–${to}`;
  };
  return (
    <li class="flex items-baseline justify-between gap-3">
      <span class="min-w-0 text-pretty [overflow-wrap:anywhere]">{props.text}</span>
      <time class="shrink-0 text-xs text-muted tabular-nums" datetime={spell().endedAt}>
        {time()}
      </time>
    </li>
  );
}

/** Words a line: who, what, which fields. */
function useSentences(): (line: HistoryLine) => string {
  const t = useText(personText);
  const { locale } = useI18n();
  const { studio, memberName } = usePerson();
  const nameField = (field: string): string => {
    if (isObject(field)) return t(`history.object.${field}`);
    const own = studio.fieldById(field);
    return own === undefined ? t("history.object.unknown") : t("history.object.custom", own.record.label);
  };
  return ({ entry, said }) => {
    const who = memberName(entry.record.by) ?? t("history.formerMember");
    if (said.kind !== "fields") return t(`history.${said.kind}`, who);
    const names = new Intl.ListFormat(locale(), { type: "conjunction" }).format([
      ...new Set(said.fields.map(nameField)),
    ]);
    return t("history.fields", who, names);
  };
}

const objects = ["name", "phone", "email", "address", "language", "source", "statusId"] as const;

const isObject = (field: string): field is (typeof objects)[number] => (objects as readonly string[]).includes(field);
