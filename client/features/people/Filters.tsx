// Owns the line above the list: what is searched for and which status is shown. Never searches.
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { accessTable } from "../../../policy/roles.ts";
import { useText } from "../../i18n/i18n.ts";
import { useStatuses } from "../../statuses.tsx";
import { useStore } from "../../store/use.tsx";
import { Chip, Dot } from "../../ui/Mark.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { peopleText } from "./text.ts";

export type FiltersProps = {
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly statusId: string | undefined;
  readonly onStatus: (statusId: string | undefined) => void;
};

/** Search, and one chip per status for roles that see them; pressing the pressed one shows all again. Rule: PE3. */
export function Filters(props: FiltersProps): JSX.Element {
  const t = useText(peopleText);
  const statuses = useStatuses();
  const store = useStore();
  const seesStatus = (): boolean => accessTable[store.role()].client !== "none";
  const press = (id: string): void => props.onStatus(props.statusId === id ? undefined : id);
  return (
    <div class="@container border-b border-line bg-surface">
      <div class="flex flex-col gap-2 py-2 @min-[56rem]:flex-row @min-[56rem]:items-center @min-[56rem]:gap-4">
        <SearchField
          label={t("search")}
          value={props.search}
          onInput={props.onSearch}
          class="mx-4 @min-[56rem]:mr-0 @min-[56rem]:w-80"
        />
        <Show when={seesStatus()}>
          <div class="flex gap-2 overflow-x-auto px-4 py-0.5 @min-[56rem]:pl-0" role="group" aria-label={t("statuses")}>
            <Chip pressed={props.statusId === undefined} onPress={() => props.onStatus(undefined)}>
              {t("all")}
            </Chip>
            <For each={statuses()}>
              {(status) => (
                <Chip pressed={props.statusId === status.id} onPress={() => press(status.id)}>
                  <Dot colour={status.colour} />
                  {status.label}
                </Chip>
              )}
            </For>
          </div>
        </Show>
      </div>
    </div>
  );
}
