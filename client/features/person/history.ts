// Owns how the entries of a person's history become sentences and days. Never shows a value: entries hold none.
// Never reads a document or a clock: entries, names and the day it is come in.
import type { personActivity } from "../../../shared/activity.ts";
import type { Stored } from "../../../shared/collection.ts";

/** One entry as it is stored. */
export type HistoryEntry = Stored<typeof personActivity>;

/** What an entry says, without words: the kind of act and the fields it touched. */
export type Said =
  | { readonly kind: "fields"; readonly fields: readonly string[] }
  | { readonly kind: "created" | "trashed" | "restored" | "moved" | "changed" }
  | { readonly kind: "note_created" | "note_written" | "note_trashed" | "note_restored" };

const kinds: Readonly<Record<string, Exclude<Said["kind"], "fields">>> = {
  "person.create": "created",
  "person.trash": "trashed",
  "person.restore": "restored",
  "person.moveStatus": "moved",
  "notes.create": "note_created",
  "notes.trash": "note_trashed",
  "notes.restore": "note_restored",
};

/** What an entry says; null for one that another entry of the same act says already. Rule: PE12. */
export function saidIn({ record, flat }: HistoryEntry): Said | null {
  if (record.verb === "contact.create") return null;
  const kind = kinds[record.verb];
  if (kind !== undefined) return { kind };
  if (record.entity === "note") return { kind: "note_written" };
  const fields = Object.keys(flat).map((key) => key.slice("field:".length));
  return fields.length === 0 ? { kind: "changed" } : { kind: "fields", fields: fields.toSorted() };
}

/** One line of the history. */
export type HistoryLine = { readonly entry: HistoryEntry; readonly said: Said };

/** The lines of one day. Units: `day` is `YYYY-MM-DD` in the studio's zone. */
export type HistoryDay = { readonly day: string; readonly lines: readonly HistoryLine[] };

/** Lines by day, newest first. Rule: PE12. */
export function historyDays(entries: readonly HistoryEntry[], dayOf: (instant: string) => string): HistoryDay[] {
  const blank = blankNotes(entries);
  const lines = entries
    .filter(({ record }) => record.record === undefined || !blank.has(record.record))
    .flatMap((entry) => lineOf(entry) ?? [])
    .toSorted((one, other) => compare(other.entry, one.entry));
  const byDay = Map.groupBy(lines, ({ entry }) => dayOf(entry.record.endedAt));
  return [...byDay].map(([day, grouped]) => ({ day, lines: grouped }));
}

const known = new WeakMap<HistoryEntry, HistoryLine | null>();

/** Hint: the same entry is the same line, so that one more act does not draw the whole history anew. */
function lineOf(entry: HistoryEntry): HistoryLine | null {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const said = saidIn(entry);
  const line = said === null ? null : { entry, said };
  known.set(entry, line);
  return line;
}

/** Notes that were added, left empty and so taken away again: nothing happened that anybody would look for. */
function blankNotes(entries: readonly HistoryEntry[]): Set<string> {
  const notes = entries.filter(({ record }) => record.entity === "note" && record.record !== undefined);
  const byNote = Map.groupBy(notes, ({ record }) => record.record ?? "");
  const isBlank = (acts: readonly HistoryEntry[]): boolean =>
    acts
      .map(({ record }) => record.verb)
      .toSorted()
      .join() === "notes.create,notes.trash";
  return new Set([...byNote].filter(([, acts]) => isBlank(acts)).map(([id]) => id));
}

function compare(one: HistoryEntry, other: HistoryEntry): number {
  if (one.record.endedAt !== other.record.endedAt) return one.record.endedAt < other.record.endedAt ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

/** The day of an instant in a zone. Units: `YYYY-MM-DD`. */
export function dayIn(timeZone: string): (instant: string) => string {
  // Hint: Swedish writes days in ISO order.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return (instant) => format.format(new Date(instant));
}

/** How far a day lies from today. Units: both `YYYY-MM-DD`. */
export function nearness(day: string, today: string): "today" | "yesterday" | "earlier" {
  if (day === today) return "today";
  const before = new Date(Date.parse(`${today}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return day === before ? "yesterday" : "earlier";
}
