// Owns the choice for those who seem to be there already: left out, or added anyway. Nothing is merged here.
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { formatPhone, useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Switch } from "../../ui/Choice.tsx";
import type { Candidate } from "./plan.ts";
import { importText } from "./text.ts";

/** How many rows are drawn; the switch above them speaks for all. */
const FIRST = 200;

export type TwinsProps = {
  readonly twins: readonly Candidate[];
  readonly wanted: ReadonlySet<number>;
  readonly onChange: (wanted: ReadonlySet<number>) => void;
};

/** Those who share a number or an address with somebody. They are skipped unless chosen. Rule: IM5. */
export function Twins(props: TwinsProps): JSX.Element {
  const t = useText(importText);
  const format = useFormat();
  const areAll = (): boolean => props.twins.every(({ key }) => props.wanted.has(key));
  const setAll = (checked: boolean): void => props.onChange(new Set(checked ? props.twins.map(({ key }) => key) : []));
  const setOne = (key: number, checked: boolean): void => {
    const next = new Set(props.wanted);
    if (checked) next.add(key);
    else next.delete(key);
    props.onChange(next);
  };
  const rest = (): number => props.twins.length - FIRST;
  return (
    <Show when={props.twins.length > 0} fallback={<p class="py-4 text-muted">{t("preview.noTwins")}</p>}>
      <p class="mb-2 text-pretty text-muted">{t("twin.hint")}</p>
      <Switch label={t("twin.addAll")} checked={areAll()} onChange={setAll} />
      <ul class="mt-2 overflow-hidden rounded-card border border-line bg-surface">
        <For each={props.twins.slice(0, FIRST)}>
          {(candidate) => (
            <TwinRow
              candidate={candidate}
              isWanted={props.wanted.has(candidate.key)}
              onChange={(checked) => setOne(candidate.key, checked)}
            />
          )}
        </For>
        <Show when={rest() > 0}>
          <li class="px-4 py-2.5 text-muted">{t("preview.more", format().number(rest()))}</li>
        </Show>
      </ul>
    </Show>
  );
}

type TwinRowProps = {
  readonly candidate: Candidate;
  readonly isWanted: boolean;
  readonly onChange: (checked: boolean) => void;
};

function TwinRow(props: TwinRowProps): JSX.Element {
  const t = useText(importText);
  const twin = (): string => {
    const { twin: found } = props.candidate;
    return found === null ? "" : t(`twin.${found.where}`, found.name);
  };
  const reach = (): string => {
    const { phones, emails } = props.candidate.contact;
    return [formatPhone(phones[0] ?? ""), emails[0]].filter(Boolean).join(" · ");
  };
  return (
    <li class="border-b border-line last:border-b-0">
      <label class="flex min-h-touch items-center gap-4 px-4 py-1.5 hover:bg-hover">
        <span class="min-w-0 flex-1">
          <span class="block truncate font-medium">{props.candidate.contact.name}</span>
          <span class="block truncate text-xs text-muted">{reach()}</span>
          <span class="block truncate text-xs text-on-tint">{twin()}</span>
        </span>
        <span class="flex shrink-0 items-center gap-2 text-xs font-medium">
          {props.isWanted ? t("twin.add") : t("twin.skip")}
          <input
            type="checkbox"
            class="size-5 accent-primary"
            aria-label={t("twin.choice", props.candidate.contact.name)}
            checked={props.isWanted}
            onChange={(event) => props.onChange(event.currentTarget.checked)}
          />
        </span>
      </label>
    </li>
  );
}
