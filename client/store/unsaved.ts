// Owns the reading of what no server has: unsent rows, what is put aside, and what waits in memory for a disk that does not take it.
// Never words it (client/i18n/changes.ts), never sends it, and gives what it can get when the disk does not answer.
import type * as Y from "yjs";
import type { RecordedCall } from "../../shared/action.ts";
import { readRecords } from "../../shared/collection.ts";
import { classOf, docId, subjectOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { customFields, personStatuses } from "../../shared/studio.ts";
import type { Made, StudioDb, TextPlace, UpdateRow } from "./db.ts";
import { documentOf, readStored } from "./live.ts";
import { isHistory, plainPieces } from "./replay.ts";
import type { Entry } from "./write.ts";

/** A change that no server has: a call, or what was typed into a long text. Units: `at` ISO UTC, by the device's clock. */
export type Unsaved = {
  readonly doc: DocId;
  readonly at: string;
  readonly call?: RecordedCall | undefined;
  readonly text?: string | undefined;
};

/** What the studio calls what changes mention by id. */
export type StudioNames = {
  readonly fields: ReadonlyMap<string, string>;
  readonly statuses: ReadonlyMap<string, { readonly key?: string | undefined; readonly label?: string | undefined }>;
};

/** All of it, oldest first. `names` are those of people, by subject; `isWhole` is false when the disk did not answer. */
export type AllUnsaved = StudioNames & {
  readonly changes: readonly Unsaved[];
  readonly names: ReadonlyMap<string, string>;
  readonly isWhole: boolean;
};

/** How long the disk is waited for; what is in memory does not wait longer. Units: ms. */
const DISK_MS = 3000;

export type Reading = {
  /** What waits in memory for the disk (writer.ts). */
  readonly waiting?: readonly Entry[];
  /** The studio's own document, when it is in memory. */
  readonly studio?: Y.Doc | undefined;
  readonly later?: (run: () => void, ms: number) => unknown;
};

/** Reads what is not saved, from memory and from the disk. Rule: CH8. */
export async function readUnsaved(
  db: StudioDb,
  { waiting = [], studio, later = setTimeout }: Reading = {},
): Promise<AllUnsaved> {
  const inMemory = waiting.length === 0 ? [] : fromMemory(waiting);
  const tooLate = new Promise<null>((resolve) => void later(() => resolve(null), DISK_MS));
  const onDisk = await Promise.race([readDisk(db).catch(() => null), tooLate]);
  const changes = [...(onDisk?.changes ?? []), ...inMemory].toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const named = studio === undefined ? (onDisk?.studio ?? noNames) : namesIn(studio);
  return { ...named, changes, names: namesOf(changes, onDisk?.names), isWhole: onDisk !== null };
}

const noNames: StudioNames = { fields: new Map(), statuses: new Map() };

function namesIn(studio: Y.Doc): StudioNames {
  const fields = readRecords(studio, customFields).records;
  const statuses = readRecords(studio, personStatuses).records;
  return {
    fields: new Map(fields.map(({ id, record }) => [id, record.label])),
    statuses: new Map(statuses.map(({ id, record }) => [id, record])),
  };
}

type OnDisk = Pick<AllUnsaved, "changes" | "names"> & { readonly studio: StudioNames };

async function readDisk(db: StudioDb): Promise<OnDisk> {
  const rows = await db.updates.where("unsent").equals(1).sortBy("id");
  const aside = await db.quarantine.toArray();
  // Hint: copies of a damaged document's rows are the rows themselves.
  const copied = new Set(aside.flatMap((row) => row.row ?? []));
  const changes = [...rows.filter(({ id }) => !copied.has(id)).flatMap(toCall), ...(await textsOf(db, rows)), ...aside];
  const subjects = changes.flatMap(({ doc }) => subjectOf(doc) ?? []);
  const people = await db.people.bulkGet([...new Set(subjects)]);
  const stored = (await readStored(db, [docId("studio")])).get(docId("studio"));
  const studio = stored === undefined ? noNames : namesIn(documentOf(stored));
  const names = new Map(people.flatMap((row) => (row === undefined ? [] : [[row.id, row.name] as const])));
  return { changes, names, studio };
}

type Row = { readonly doc: DocId; readonly at: number; readonly made?: Made | null };

function toCall({ doc, at, made = null }: Row): Unsaved[] {
  if (made === null || !("call" in made) || isHistory(made.call)) return [];
  return [{ doc, at: new Date(at).toISOString(), call: made.call }];
}

type Typed = { readonly doc: DocId; readonly at: number; readonly place: TextPlace };

/** Each text once, as it reads now. */
async function textsOf(db: StudioDb, rows: readonly UpdateRow[]): Promise<Unsaved[]> {
  const typed = lastTyped(
    rows.flatMap(({ doc, at, made }) => (made !== undefined && "text" in made ? { doc, at, place: made.text } : [])),
  );
  const stored = await readStored(db, [...new Set(typed.map(({ doc }) => doc))]);
  return typed.flatMap((each) => {
    const of = stored.get(each.doc);
    if (of === undefined) return [];
    const document = documentOf(of);
    const text = plainPieces(document, each.place).join("");
    document.destroy();
    return toText(each, text);
  });
}

const keyOf = ({ doc, place }: Typed): string => `${doc} ${place.collection} ${place.record} ${place.field}`;

const lastTyped = (typed: readonly Typed[]): Typed[] => [...new Map(typed.map((each) => [keyOf(each), each])).values()];

const toText = ({ doc, at }: Typed, text: string): Unsaved[] =>
  text === "" ? [] : [{ doc, at: new Date(at).toISOString(), text }];

function fromMemory(waiting: readonly Entry[]): Unsaved[] {
  const docs = new Map(waiting.map(({ live }) => [live.id, live.doc]));
  const typed = waiting.flatMap(({ live, at, made }) =>
    made !== null && "text" in made ? { doc: live.id, at, place: made.text } : [],
  );
  const texts = lastTyped(typed).flatMap((each) => {
    const document = docs.get(each.doc);
    return document === undefined ? [] : toText(each, plainPieces(document, each.place).join(""));
  });
  return [...waiting.flatMap(({ live, at, made }) => toCall({ doc: live.id, at, made })), ...texts];
}

/** Hint: a person who was made just now has a name in the call alone. */
function namesOf(changes: readonly Unsaved[], known: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const names = new Map(known);
  for (const { doc, call } of changes) {
    const [subject, args] = [subjectOf(doc), call?.args];
    if (subject === null || classOf(doc) !== "contact" || names.has(subject)) continue;
    if (typeof args === "object" && args !== null && "name" in args) names.set(subject, String(args.name));
  }
  return names;
}
