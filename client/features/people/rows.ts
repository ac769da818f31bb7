// Owns the rows behind a long list: asked for one by one where the list is looked at, kept, and asked again when they change.
// Never asks for all: a list of 20,000 draws some thirty rows, and each costs the disk a question.
import { batch, createSignal, getOwner, onCleanup, untrack } from "solid-js";
import type { Accessor } from "solid-js";

/** How many rows are kept; the longest unused go first. More than any screen draws. */
const MOST = 400;

/** What rows stand on. `watch` tells of changes, and which ids they may concern. */
export type RowsParts<Row> = {
  readonly ask: (ids: readonly string[]) => PromiseLike<readonly Row[]>;
  readonly watch: (hear: (isChanged: (id: string) => boolean) => void) => () => void;
  readonly onFailure: (error: unknown) => void;
};

export type Rows<Row> = {
  /** The row of an id; undefined until it has come. Reactive. */
  readonly at: (id: string) => Row | undefined;
  /** Takes rows that came another way, so that they are not asked for. */
  readonly take: (rows: readonly Row[]) => void;
  /** Asks for those of these rows that are not known, so that a list can be drawn with them at once. Fails: as `ask` does. */
  readonly bring: (ids: readonly string[]) => Promise<void>;
};

type Cell<Row> = {
  readonly row: Accessor<Row | undefined>;
  readonly set: (row: Row | undefined) => void;
  readers: number;
};

/** Creates the rows of a list; owned by whoever calls. Rule: PE2. */
export function createRows<Row extends { readonly id: string }>({ ask, watch, onFailure }: RowsParts<Row>): Rows<Row> {
  const cells = new Map<string, Cell<Row>>();
  const wanted = new Set<string>();
  let isDisposed = false;
  onCleanup(() => (isDisposed = true));

  const answer = async (): Promise<void> => {
    // Hint: all rows that are drawn in one go are asked for together.
    await Promise.resolve();
    const ids = [...wanted];
    wanted.clear();
    const rows = new Map((await ask(ids)).map((row) => [row.id, row]));
    if (isDisposed) return;
    // Hint: one by one, each row would have the whole list looked over again.
    batch(() => {
      for (const id of ids) cells.get(id)?.set(rows.get(id));
    });
  };
  const want = (id: string): void => {
    if (wanted.size === 0) answer().catch(onFailure);
    wanted.add(id);
  };
  const cellOf = (id: string): Cell<Row> => {
    const cell = cells.get(id) ?? makeCell<Row>();
    // Hint: a Map keeps the order of entry, so the first key is the row that was longest unused.
    cells.delete(id);
    cells.set(id, cell);
    for (const [key, { readers }] of cells) {
      if (cells.size <= MOST) break;
      if (readers === 0) cells.delete(key);
    }
    return cell;
  };
  const take = (rows: readonly Row[]): void =>
    batch(() => {
      for (const row of rows) cellOf(row.id).set(row);
    });
  onCleanup(
    watch((isChanged) => {
      for (const [id, { readers }] of [...cells]) {
        if (!isChanged(id)) continue;
        // Hint: what is on screen shows what it showed until it has been asked again.
        if (readers > 0) want(id);
        else cells.delete(id);
      }
    }),
  );
  return {
    at: (id) => {
      const isNew = !cells.has(id);
      const cell = cellOf(id);
      if (isNew) want(id);
      countReader(cell);
      return cell.row();
    },
    take,
    bring: async (ids) => {
      const unknown = untrack(() => ids.filter((id) => cells.get(id)?.row() === undefined));
      if (unknown.length > 0) take(await ask(unknown));
    },
  };
}

function makeCell<Row>(): Cell<Row> {
  const [row, set] = createSignal<Row>();
  return { row, set: (next) => void set(() => next), readers: 0 };
}

function countReader<Row>(cell: Cell<Row>): void {
  if (getOwner() === null) return;
  cell.readers += 1;
  onCleanup(() => (cell.readers -= 1));
}
