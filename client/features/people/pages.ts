// Owns the rows behind a long list: they are asked for a page at a time, where the list is looked at, and follow changes.
// Never asks for all: a list of 20,000 draws some thirty rows.
import { createRoot, getOwner, onCleanup, runWithOwner } from "solid-js";
import type { Accessor } from "solid-js";

/** How many rows one question brings. */
const PAGE = 100;

/** How many pages are followed at once; the longest unseen is let go. */
const MOST = 8;

/** The row of an item at its place in the list; undefined until it has come. */
export type RowAt<Row> = (id: string, index: number) => Row | undefined;

/** What pages stand on: the list, and a live question for the rows of some ids. */
export type PagesParts<Row> = {
  readonly ids: Accessor<readonly string[]>;
  readonly ask: (ids: Accessor<readonly string[]>) => Accessor<readonly Row[] | undefined>;
};

type Page<Row> = { readonly rows: Accessor<readonly Row[] | undefined>; readonly dispose: () => void };

/** Creates the rows of a list; owned by whoever calls. Rule: PE2. */
export function createPages<Row extends { readonly id: string }>({ ids, ask }: PagesParts<Row>): RowAt<Row> {
  const pages = new Map<number, Page<Row>>();
  const lastSeen = new Map<string, Row>();
  const owner = getOwner();
  onCleanup(() => pages.forEach((page) => page.dispose()));

  const open = (at: number): Page<Row> => {
    const made = runWithOwner(owner, () =>
      createRoot((dispose) => ({ rows: ask(() => ids().slice(at * PAGE, (at + 1) * PAGE)), dispose }), owner),
    );
    if (made === undefined) throw new Error("createPages needs an owner");
    return made;
  };
  const pageAt = (at: number): Page<Row> => {
    const page = pages.get(at) ?? open(at);
    // Hint: a Map keeps the order of entry, so the first key is the page that was longest unseen.
    pages.delete(at);
    pages.set(at, page);
    const [oldest] = pages.keys();
    if (pages.size > MOST && oldest !== undefined) {
      pages.get(oldest)?.dispose();
      pages.delete(oldest);
    }
    return page;
  };
  return (id, index) => {
    const row = pageAt(Math.floor(index / PAGE))
      .rows()
      ?.find((each) => each.id === id);
    if (row !== undefined) {
      if (lastSeen.size > MOST * PAGE) lastSeen.clear();
      lastSeen.set(id, row);
    }
    // Hint: while a page is asked again, because somebody above was added, a row shows what it showed before.
    return row ?? lastSeen.get(id);
  };
}
