// Owns how a page of the feed is cut: by number, by count and by bytes, with one cursor. The same for every storage.
// Never finds the rows: a storage brings them in order and loads one state at a time, so memory stays flat.
import type { FeedRange, Page, PageQuery } from "./storage.ts";
import type { DocId } from "../shared/document.ts";
import type { FeedEntry } from "../shared/protocol.ts";

/** What a page knows of an entry before its state is read. Units: `bytes` of the state, 0 for a tombstone. */
export type FeedRow = { readonly seq: number; readonly doc: DocId; readonly erased: boolean; readonly bytes: number };

/** How a storage gives one state, null when it cannot be read, and the organisation's newest number. */
export type PageSource = { readonly load: (doc: DocId) => Uint8Array | null; readonly head: number };

/** The numbers of a range, both ends outside it, and its direction. Rule: ST17, ST18. */
export const boundsOf = ({ after, before }: FeedRange): { after: number; before: number; downwards: boolean } => ({
  after: after ?? 0,
  before: before ?? Number.MAX_SAFE_INTEGER,
  downwards: before !== undefined,
});

/** How many rows a storage brings for a page: one more than fit, to know whether there is more. */
export const rowsFor = ({ limit }: PageQuery): number => Math.max(1, limit) + 1;

/** Cuts a page out of its rows, which come in the order asked for. Rule: ST17–ST22. */
export function cutPage(rows: readonly FeedRow[], query: PageQuery, { load, head }: PageSource): Page {
  const entries: FeedEntry[] = [];
  let bytes = 0;
  let last: FeedRow | undefined;
  let taken = 0;
  for (const row of rows.slice(0, rowsFor(query) - 1)) {
    if (taken > 0 && bytes + row.bytes > query.maxBytes) break;
    const entry = entryOf(row, load);
    if (entry !== null) entries.push(entry);
    bytes += row.bytes;
    taken += 1;
    last = row;
  }
  const more = taken < rows.length;
  return { entries, more, next: more && last !== undefined ? last.seq : endOf(query, head) };
}

function entryOf({ seq, doc, erased }: FeedRow, load: PageSource["load"]): FeedEntry | null {
  if (erased) return { seq, doc, kind: "erased" };
  const state = load(doc);
  return state === null ? null : { seq, doc, kind: "state", state };
}

const endOf = ({ after, before }: FeedRange, head: number): number => (before === undefined ? head : (after ?? 0));
