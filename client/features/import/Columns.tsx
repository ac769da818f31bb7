// Owns what the columns of a table mean, shown to be checked and changed. Never reads the table again itself.
import ChevronDown from "lucide-solid/icons/chevron-down";
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { Switch } from "../../ui/Choice.tsx";
import { Select } from "../../ui/Select.tsx";
import type { ReadOptions } from "./contacts.ts";
import { columnFields } from "./csv.columns.ts";
import type { ColumnField } from "./csv.columns.ts";
import type { TableColumn, TableMapping } from "./csv.ts";
import type { ReadFile } from "./model.ts";
import { importText } from "./text.ts";

export type ColumnsProps = {
  readonly file: ReadFile;
  readonly onChange: (index: number, options: ReadOptions) => void;
};

/** The columns of a CSV file; nothing for a vCard. Rule: IM4. */
export function Columns(props: ColumnsProps): JSX.Element {
  const mapping = (): TableMapping | null => (props.file.file.source === "csv" ? props.file.file.mapping : null);
  return <Show when={mapping()}>{(known) => <Table {...props} mapping={known()} />}</Show>;
}

function Table(props: ColumnsProps & { readonly mapping: TableMapping }): JSX.Element {
  const t = useText(importText);
  const fields = (): ColumnField[] => props.mapping.columns.map(({ field }) => field);
  const hasHeading = (): boolean => props.mapping.headingLine !== null;
  const change = (at: number, field: ColumnField): void =>
    props.onChange(props.file.index, { hasHeading: hasHeading(), mapping: fields().with(at, field) });
  return (
    <details class="group rounded-card border border-line bg-surface" open={!fields().some(isName)}>
      <summary class="flex min-h-touch list-none items-center gap-2 px-4 font-medium">
        <span class="min-w-0 flex-1 truncate">{t("columns.title", props.file.name)}</span>
        <ChevronDown size={18} class="text-muted transition-transform group-open:rotate-180" aria-hidden="true" />
      </summary>
      <div class="flex flex-col gap-2 px-4 pb-4">
        <p class="text-pretty text-muted">{t("columns.hint")}</p>
        <Switch
          label={t("columns.heading")}
          checked={hasHeading()}
          onChange={(checked) => props.onChange(props.file.index, { hasHeading: checked })}
        />
        <ul class="flex flex-col gap-2">
          <For each={props.mapping.columns}>
            {(column, at) => (
              <Show when={column.sample !== "" || column.field !== "ignored"}>
                <Column column={column} place={at() + 1} onChange={(field) => change(at(), field)} />
              </Show>
            )}
          </For>
        </ul>
      </div>
    </details>
  );
}

const isName = (field: ColumnField): boolean => field === "name" || field === "givenName";

type ColumnProps = {
  readonly column: TableColumn;
  readonly place: number;
  readonly onChange: (field: ColumnField) => void;
};

function Column(props: ColumnProps): JSX.Element {
  const t = useText(importText);
  const heading = (): string => props.column.heading.trim() || t("columns.nameless", props.place);
  const options = () => columnFields.map((field) => ({ value: field, label: t(`column.${field}`) }));
  return (
    <li class="grid items-center gap-x-4 gap-y-1 tablet:grid-cols-[1fr_14rem]">
      <span class="min-w-0">
        <span class="block truncate font-medium">{heading()}</span>
        <Show when={props.column.sample}>
          {(sample) => <span class="block truncate text-xs text-muted">{t("columns.sample", sample())}</span>}
        </Show>
      </span>
      <Select
        label={t("columns.column", heading())}
        labelHidden
        options={options()}
        value={props.column.field}
        onChange={(field) => field !== props.column.field && props.onChange(field)}
      />
    </li>
  );
}
