// Owns the one bridge from the store to Solid: `create…` is owned and cleans up after itself, `use…` comes from the context.
// Never touches yjs itself (opened.ts), so that the first screen does not load it.
import {
  createContext,
  createEffect,
  createMemo,
  createReaction,
  createSignal,
  onCleanup,
  untrack,
  useContext,
} from "solid-js";
import type { Accessor, JSX } from "solid-js";
import type { AnyCollection, Stored } from "../../shared/collection.ts";
import type { DocId } from "../../shared/document.ts";
import { openStudioDb } from "./db.ts";
import type { StudioDb } from "./db.ts";
import { isConnectionLost } from "./failure.ts";
import { follow } from "./follow.ts";
import { browserParts } from "./parts.ts";
import type { StoreChoice } from "./parts.ts";
import { makeStore } from "./store.ts";
import type { OpenDocument, Store } from "./store.ts";

const StoreContext = createContext<Store>();

/** The store of the studio around. Throws: outside a `<StoreProvider>`. */
export function useStore(): Store {
  const store = useContext(StoreContext);
  if (store === undefined) throw new Error("useStore needs <StoreProvider> above it (client/store/use.tsx)");
  return store;
}

/** Opens a member's studio for everything below, and closes it with them. `store` brings one that is there already. */
export function StoreProvider(
  props: { readonly children: JSX.Element } & (
    | { readonly store: Store }
    | { readonly choice: Omit<StoreChoice, "db"> }
  ),
): JSX.Element {
  // Hint: another studio or member makes another provider; its screens are keyed by the studio's id.
  const store = untrack(() => ("store" in props ? props.store : openStore(props.choice)));
  return <StoreContext.Provider value={store}>{props.children}</StoreContext.Provider>;
}

function openStore(choice: Omit<StoreChoice, "db">): Store {
  const db = openStudioDb({ user: choice.member, org: choice.org });
  const store = makeStore(browserParts({ ...choice, db }));
  onCleanup(() => void store.close().catch(choice.onFailure));
  return store;
}

/** Opens the document of an id as long as its owner lives; undefined until it is loaded. Rule: S34. */
export function createDocument(id: Accessor<DocId | null>): Accessor<OpenDocument | undefined> {
  const store = useStore();
  const [open, setOpen] = createSignal<OpenDocument>();
  const wanted = createMemo(id);
  createEffect(() => {
    const doc = wanted();
    setOpen(undefined);
    if (doc === null) return;
    let isLeft = false;
    let release: (() => void) | null = null;
    onCleanup(() => {
      isLeft = true;
      release?.();
    });
    void store.open(doc).then((opened) => {
      release = opened.release;
      if (isLeft) release();
      else setOpen(opened);
    });
  });
  return open;
}

/** One record of an open document; undefined while it is not loaded, null when there is none. */
export function createRecord<C extends AnyCollection>(
  open: Accessor<OpenDocument | undefined>,
  collection: C,
  id: string,
): Accessor<Stored<C> | null | undefined> {
  const records = createRead(open, collection, (opened, changed, before: Stored<C> | null | undefined) =>
    before === undefined || changed === null || changed.has(id) ? opened.read(collection, id) : before,
  );
  return records;
}

/** All records of a collection of an open document that pass their schema; a record that did not change stays the same object. */
export function createRecords<C extends AnyCollection>(
  open: Accessor<OpenDocument | undefined>,
  collection: C,
): Accessor<readonly Stored<C>[] | undefined> {
  return createRead(open, collection, (opened, changed, before: readonly Stored<C>[] | undefined) => {
    const known = new Map(before?.map((record) => [record.id, record]));
    const read = (id: string): Stored<C> | null => {
      const kept = changed?.has(id) === false ? known.get(id) : undefined;
      return kept ?? opened.read(collection, id);
    };
    return opened.ids(collection).flatMap((id) => read(id) ?? []);
  });
}

type Read<T> = (opened: OpenDocument, changed: ReadonlySet<string> | null, before: T | undefined) => T;

/** Hint: reading `doc` in the effect makes it run again when the document is replaced after a refusal. */
function createRead<T>(
  open: Accessor<OpenDocument | undefined>,
  collection: AnyCollection,
  read: Read<T>,
): Accessor<T | undefined> {
  const [value, setValue] = createSignal<T>();
  createEffect(() => {
    const opened = open();
    setValue(undefined);
    if (opened?.doc === undefined) return;
    setValue(() => read(opened, null, undefined));
    const hear = (changed: ReadonlySet<string>): void => void setValue((before) => read(opened, changed, before));
    onCleanup(opened.onChange(collection, hear));
  });
  return value;
}

/** The answer of a question to the database, asked again whenever what it read changes. Signals read before its first `await` count too. */
export function createLive<T>(query: () => PromiseLike<T>): Accessor<T | undefined> {
  const [value, setValue] = createSignal<T>();
  const [round, setRound] = createSignal(0);
  const track = createReaction(() => setRound((now) => now + 1));
  const ask = async (): Promise<T> => {
    let answer: PromiseLike<T> | undefined;
    track(() => {
      answer = query();
    });
    if (answer === undefined) throw new Error("a query was not run");
    return answer;
  };
  const { db } = useStore();
  createEffect(() => {
    round();
    onCleanup(follow(db, ask, { next: (next) => void setValue(() => next), error: fail }));
  });
  return value;
}

/**
 * Counts the changes of what `mark` reads; 0 until it has been read. Never more often than every `rest` ms, so that a filling
 * device, which changes rows several times a second, does not make large questions be asked each time.
 */
export function createRounds(mark: () => PromiseLike<unknown>, rest: Accessor<number>): Accessor<number> {
  const { db } = useStore();
  const [round, setRound] = createSignal(0);
  let lastAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const count = (): void => {
    timer = undefined;
    lastAt = performance.now();
    setRound((now) => now + 1);
  };
  const next = (): void => {
    timer ??= setTimeout(count, Math.max(0, lastAt + untrack(rest) - performance.now()));
  };
  createEffect(() => onCleanup(follow(db, mark, { next, error: fail })));
  onCleanup(() => clearTimeout(timer));
  return round;
}

/** The answer of a large question, asked again when a signal that it reads at once changes; a late answer never replaces a newer one. */
export function createAnswer<T>(ask: () => PromiseLike<T> | undefined): Accessor<T | undefined> {
  const { db } = useStore();
  const [value, setValue] = createSignal<T>();
  let newest = 0;
  createEffect(() => {
    newest += 1;
    const mine = newest;
    // Hint: when the disk is there again, `createRounds` counts and the question is asked anew.
    ask()?.then((answer) => mine === newest && setValue(() => answer), unansweredBy(db));
  });
  return value;
}

/** What to do with a question that failed: a lost connection is opened again, whoever asked hears of that. Rule: S60. */
export function unansweredBy({ disk }: StudioDb): (reason: unknown) => void {
  return (reason) => {
    if (isConnectionLost(reason)) void disk.probe();
    else fail(reason);
  };
}

/** A question that cannot be answered is a fault of the program or the disk: it goes to the page's last handler. */
function fail(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** Where somebody is in a document: a record, and perhaps a field of it. */
export type Place = { readonly record: string; readonly field?: string };

/** A member who has the document open: as `ui/Faces.tsx` shows them, with their place. */
export type FaceHere = {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly place: Place | null;
};

/** Who else has a document open, each member once; names come from the members, the rest is the server's word. */
export function createFaces(open: Accessor<OpenDocument | undefined>): Accessor<readonly FaceHere[]> {
  const store = useStore();
  const [states, setStates] = createSignal<readonly unknown[]>([]);
  createEffect(() => {
    const awareness = open()?.awareness;
    if (awareness === undefined) return void setStates([]);
    const look = (): void => void setStates([...awareness.getStates().values()]);
    awareness.on("change", look);
    onCleanup(() => awareness.off("change", look));
    look();
  });
  const here = createMemo(() => {
    const faces = states().flatMap((state) => faceOf(state, store) ?? []);
    const others = faces.filter(({ id }) => id !== store.member);
    return [...new Map(others.map((face) => [face.id, face])).values()];
  });
  createEffect(() => {
    for (const face of here()) if (face.name === "") store.meet(face.id);
  });
  return here;
}

/** Hint: a state is what another device sent; only what has the right shape is shown. */
function faceOf(state: unknown, store: Store): FaceHere | null {
  const user = member(state, "user");
  const id = member(user, "id");
  if (typeof id !== "string") return null;
  const known = store.members().find(({ userId }) => userId === id);
  const colour = member(user, "color");
  const isColour = typeof colour === "string" && /^#[0-9a-f]{6}$/i.test(colour);
  return { id, name: known?.name ?? "", colour: isColour ? colour : "#5b6866", place: placeOf(member(state, "place")) };
}

function placeOf(value: unknown): Place | null {
  const [record, field] = [member(value, "record"), member(value, "field")];
  if (typeof record !== "string") return null;
  return typeof field === "string" ? { record, field } : { record };
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
