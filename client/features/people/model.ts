// Owns what the people list asks the device for: search, filter, ids in order, counts, and the addresses of its places.
// What is searched for stays in memory: an address may be logged or shared, and a search is a name.
import { useNavigate, useParams, useSearchParams } from "@solidjs/router";
import { createMemo, createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import { peopleCount, peopleIds, peopleRows } from "../../store/people.ts";
import type { PeopleQuery } from "../../store/people.ts";
import { createLive, useStore } from "../../store/use.tsx";

/** What the list shows and how it is changed. */
export type PeopleModel = {
  readonly search: Accessor<string>;
  readonly setSearch: (text: string) => void;
  readonly statusId: Accessor<string | undefined>;
  readonly setStatus: (statusId: string | undefined) => void;
  readonly isFiltered: Accessor<boolean>;
  readonly clear: () => void;
  /** Subjects in the order of the list; undefined until the device has answered. */
  readonly ids: Accessor<readonly string[] | undefined>;
  readonly total: Accessor<number | undefined>;
  /** The subject that is opened, and their name. */
  readonly opened: Accessor<string | undefined>;
  readonly openedName: Accessor<string>;
  /** The address of the list or of a person in it, with the filter. */
  readonly place: (subject?: string) => string;
  readonly go: (subject?: string) => void;
};

/** Creates the model of the list; owned by the screen. Rules: PE1, PE3. */
export function createPeopleModel(): PeopleModel {
  const { db } = useStore();
  const navigate = useNavigate();
  const params = useParams<{ org: string; subject?: string }>();
  const [filter, setFilter] = useSearchParams<{ status?: string }>();
  const [search, setSearch] = createSignal("");
  const statusId = (): string | undefined => filter.status;
  const setStatus = (status: string | undefined): void => setFilter({ status }, { replace: true });
  const query = createMemo((): PeopleQuery => {
    const status = statusId();
    return { ...(search().trim() !== "" && { search: search() }), ...(status !== undefined && { statusId: status }) };
  });
  const opened = (): string | undefined => params.subject;
  const row = createLive(() => peopleRows(db, [opened() ?? ""]));
  const place = (subject?: string): string => {
    const path = `/o/${params.org}/people${subject === undefined ? "" : `/${subject}`}`;
    const status = statusId();
    return status === undefined ? path : `${path}?status=${encodeURIComponent(status)}`;
  };
  return {
    search,
    setSearch,
    statusId,
    setStatus,
    isFiltered: () => Object.keys(query()).length > 0,
    clear: () => {
      setSearch("");
      setStatus(undefined);
    },
    ids: createLive(() => peopleIds(db, query())),
    total: createLive(() => peopleCount(db)),
    opened,
    openedName: () => row()?.[0]?.name ?? "",
    place,
    go: (subject) => navigate(place(subject)),
  };
}
