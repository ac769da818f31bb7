// Owns the list of what could not be read as it stands: where, what, and what became of it. Never shows the text of the file.
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Mark.tsx";
import { problemFates } from "./entry.ts";
import type { ProblemFate } from "./entry.ts";
import type { FileProblem } from "./model.ts";
import { problemText } from "./problemText.ts";
import { importText } from "./text.ts";

/** How many rows are drawn; the rest is counted. */
const FIRST = 200;

const order: readonly ProblemFate[] = ["not_taken", "left_out", "notice"];
const tones = { not_taken: "danger", left_out: "warn", notice: "quiet" } as const;

/** What could not be read, the worst first. Rule: IM3. */
export function Problems(props: { readonly problems: readonly FileProblem[] }): JSX.Element {
  const t = useText(importText);
  const word = useText(problemText);
  const format = useFormat();
  const fateOf = ({ problem }: FileProblem): ProblemFate => problemFates[problem.type];
  const sorted = (): FileProblem[] =>
    props.problems.toSorted((one, other) => order.indexOf(fateOf(one)) - order.indexOf(fateOf(other)));
  const isOneFile = (): boolean => new Set(props.problems.map(({ file }) => file)).size < 2;
  const what = ({ problem }: FileProblem): string => {
    const text = word(`problem.${problem.type}`);
    return problem.field === undefined ? text : `${text} (${word(`about.${problem.field}`)})`;
  };
  const where = ({ file, problem }: FileProblem): string =>
    isOneFile() ? word("line", problem.line) : t("file.name", file, word("line", problem.line));
  const rest = (): number => props.problems.length - FIRST;
  return (
    <Show when={props.problems.length > 0} fallback={<p class="py-4 text-muted">{t("preview.noProblems")}</p>}>
      <ul class="overflow-hidden rounded-card border border-line bg-surface">
        <For each={sorted().slice(0, FIRST)}>
          {(each) => (
            <li class="flex min-h-touch flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-1.5 last:border-b-0">
              <span class="min-w-0 flex-1 basis-40">
                <span class="block">{what(each)}</span>
                <span class="block truncate text-xs text-muted tabular-nums">{where(each)}</span>
              </span>
              <Badge tone={tones[fateOf(each)]}>{word(`fate.${fateOf(each)}`)}</Badge>
            </li>
          )}
        </For>
        <Show when={rest() > 0}>
          <li class="px-4 py-2.5 text-muted">{t("preview.more", format().number(rest()))}</li>
        </Show>
      </ul>
    </Show>
  );
}
