// Owns the page that is fetched and read while the one before it is still being written. Never writes anything.
import type { DocId } from "../../shared/document.ts";
import { ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { readFresh } from "./merge.ts";
import type { Fresh } from "./merge.ts";
import type { FeedPage, Wire, WireError } from "./wire.ts";

/** A page of the feed, with its states read where that was done ahead. */
export type Read = { readonly page: FeedPage; readonly fresh?: ReadonlyMap<DocId, Fresh> };

type Answer = Promise<Result<Read, WireError>>;

/** Makes the place for one page ahead. Rule: RE17. */
export function makeAhead(wire: Pick<Wire, "changes">): {
  /** Begins to fetch a page; its states are read too where this device has none of the documents yet. */
  readonly ask: (query: string, isNew: boolean) => void;
  /** The page of a query: the one that was asked for, or one asked for now. */
  readonly take: (query: string) => Answer;
} {
  let coming: { readonly query: string; readonly answer: Answer } | null = null;
  const fetchPage = async (query: string): Answer => {
    const page = await wire.changes(query);
    return page.ok ? ok({ page: page.value }) : page;
  };
  return {
    ask: (query, isNew) => {
      const answer = fetchPage(query).then((read) => (isNew && read.ok ? ok(withFresh(read.value)) : read));
      coming = { query, answer };
    },
    take: (query) => {
      const { answer } = coming?.query === query ? coming : { answer: fetchPage(query) };
      coming = null;
      return answer;
    },
  };
}

function withFresh({ page }: Read): Read {
  const states = page.entries.filter((entry) => entry.kind === "state");
  return { page, fresh: new Map(states.map((entry) => [entry.doc, readFresh(entry)])) };
}
