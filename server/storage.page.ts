// Owns how a page of the feed is cut: by number, by count and by bytes, with one cursor. The same for every storage.
// Never finds the rows: a storage brings them in order and loads the states of those that are in the page, so memory stays flat.
import type { FeedRange, Page, PageQuery } from "./storage.ts";
import type { DocId } from "../shared/document.ts";
import type { FeedEntry } from "../shared/protocol.ts";

/** What a page knows of an entry before its state is read. Units: `bytes` of the state, 0 for a tombstone. */
export type FeedRow = { readonly seq: number; readonly doc: DocId; readonly erased: boolean; readonly bytes: number };

/** How a storage gives states, by document, without those it cannot read; and the organisation's newest number. */
export type PageSource = { readonly load: (rows: readonly FeedRow[]) => States; readonly head: number };

/** States by document. */
export type States = ReadonlyMap<DocId, Uint8Array>;

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
  const taken = takeRows(rows, query);
  const states = load(taken.filter(({ erased }) => !erased));
  const more = taken.length < rows.length;
  const last = taken.at(-1);
  return {
    entries: taken.flatMap((row) => entryOf(row, states) ?? []),
    more,
    next: more && last !== undefined ? last.seq : endOf(query, head),
  };
}

function takeRows(rows: readonly FeedRow[], query: PageQuery): FeedRow[] {
  const most = rows.slice(0, rowsFor(query) - 1);
  let bytes = 0;
  const end = most.findIndex((row, index) => {
    bytes += row.bytes;
    return index > 0 && bytes > query.maxBytes;
  });
  return end < 0 ? most : most.slice(0, end);
}

function entryOf({ seq, doc, erased }: FeedRow, states: States): FeedEntry | null {
  if (erased) return { seq, doc, kind: "erased" };
  const state = states.get(doc);
  return state === undefined ? null : { seq, doc, kind: "state", state };
}

const endOf = ({ after, before }: FeedRange, head: number): number => (before === undefined ? head : (after ?? 0));
