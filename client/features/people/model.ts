// Owns what the people list asks the device for: search, filter, ids in order, counts, and the addresses of its places.
// What is searched for stays in memory: an address may be logged or shared, and a search is a name.
import { useNavigate, useParams, useSearchParams } from "@solidjs/router";
import { createMemo, createSignal, untrack } from "solid-js";
import type { Accessor } from "solid-js";
import { firstPeople, peopleIds, peopleMark, peopleOrder, peopleRows, watchPeopleRows } from "../../store/people.ts";
import type { PersonRow } from "../../../shared/projection.ts";
import type { PeopleQuery } from "../../store/people.ts";
import { createAnswer, createLive, createRounds, unansweredBy, useStore } from "../../store/use.tsx";
import { createRows } from "./rows.ts";
import type { Rows } from "./rows.ts";

/** What the list shows and how it is changed. */
export type PeopleModel = {
  readonly search: Accessor<string>;
  readonly setSearch: (text: string) => void;
  readonly statusId: Accessor<string | undefined>;
  readonly setStatus: (statusId: string | undefined) => void;
  readonly isFiltered: Accessor<boolean>;
  readonly clear: () => void;
  /** Subjects in the order of the list, at first those that are seen at once; undefined until the device has answered. */
  readonly ids: Accessor<readonly string[] | undefined>;
  readonly rows: Rows<PersonRow>;
  /** What `ids` are an answer to: the words and the status that were asked for. */
  readonly about: Accessor<string>;
  /** How many there are without a filter; undefined until all are known. */
  readonly total: Accessor<number | undefined>;
  /** True when there is nobody; undefined until the device has answered. */
  readonly isEmpty: Accessor<boolean | undefined>;
  /** The subject that is opened, and their name. */
  readonly opened: Accessor<string | undefined>;
  readonly openedName: Accessor<string>;
  /** The address of the list or of a person in it, with the filter. */
  readonly place: (subject?: string) => string;
  readonly go: (subject?: string) => void;
};

/** More than are drawn on any screen. */
const FIRST = 60;

/** As many as a laptop draws; each costs the disk a question. */
const IN_SIGHT = 36;

/** How often the whole list is asked again at most: while a device fills itself, and otherwise. Units: ms. */
const [FILLING_MS, USUAL_MS] = [3000, 100];

/** Creates the model of the list; owned by the screen. Rules: PE1, PE3. */
export function createPeopleModel(): PeopleModel {
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
  const { db } = useStore();
  const rows = createRows<PersonRow>({
    ask: (ids) => db.disk.asking(() => peopleRows(db, ids)),
    watch: (hear) => watchPeopleRows(db, hear),
    onFailure: unansweredBy(db),
  });
  const { ids, about, total, isEmpty } = createIds(query, rows);
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
    ids,
    rows,
    about,
    total,
    isEmpty,
    opened,
    openedName: () => row()?.[0]?.name ?? "",
    place,
    go: (subject) => navigate(place(subject)),
  };
}

/** Whom the list shows, and what was asked for. */
type Shown = { readonly ids: readonly string[] | undefined; readonly about: string };

/** Who is shown: the first ones at once, all others when those stand, and what matches a filter. Rules: SP1, SP3. */
function createIds(
  query: Accessor<PeopleQuery>,
  rows: Rows<PersonRow>,
): Pick<PeopleModel, "ids" | "about" | "total" | "isEmpty"> {
  const { db, filling, started } = useStore();
  // Hint: the first who come are shown at once.
  const rest = (): number => (filling() !== null && hasMore() ? FILLING_MS : USUAL_MS);
  const orderRound = createRounds(() => peopleMark(db, "order"), rest);
  const statusRound = createRounds(() => peopleMark(db, "status"), rest);
  const wordsRound = createRounds(() => peopleMark(db, "words"), rest);
  const first = createAnswer(() => {
    orderRound();
    return firstPeople(db, FIRST).then((found) => (rows.take(found), found));
  });
  const firstIds = createMemo(() => first()?.map(({ id }) => id));
  const hasMore = (): boolean => (first()?.length ?? 0) >= FIRST;
  const order = createAnswer(() => (orderRound() > 0 && started() && hasMore() ? peopleOrder(db) : undefined));
  const all = (): readonly string[] | undefined => (hasMore() ? order() : firstIds());
  const shown: Accessor<Shown | undefined> = createAnswer(() => {
    const asked = query();
    if (asked.search !== undefined) wordsRound();
    if (asked.statusId !== undefined) statusRound();
    const isFiltered = asked.search !== undefined || asked.statusId !== undefined;
    const known = all();
    const ids = isFiltered ? peopleIds(db, asked, known) : Promise.resolve(known ?? firstIds());
    const about = JSON.stringify(asked);
    const isOther = untrack(() => shown()?.about) !== about;
    return ids.then(async (found) => {
      // Hint: another answer is shown from its top; with the rows there it is drawn once, in the place of the one before.
      if (isOther) await rows.bring(found?.slice(0, IN_SIGHT) ?? []);
      return { ids: found, about };
    });
  });
  return {
    ids: () => shown()?.ids ?? (Object.keys(query()).length === 0 ? firstIds() : undefined),
    about: () => shown()?.about ?? "{}",
    total: () => all()?.length,
    isEmpty: () => first() && first()?.length === 0,
  };
}
