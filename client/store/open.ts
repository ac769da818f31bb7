// Owns which documents are in a tab's memory: one per id, counted by who holds it, loaded before its room is joined.
// Never runs an action (act.ts) and never decides what a refusal or an erasure means (engine.ts).
import type { DocId } from "../../shared/document.ts";
import { catchUp, readStored } from "./live.ts";
import type { Stored } from "./live.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import { appear, enter, exit, inTurn, isOther, makeSlot, swap } from "./slot.ts";
import type { Held, Slot, SlotDeps } from "./slot.ts";
import { noteOpened } from "./space.ts";
import { watchRows } from "./watch.ts";

export type DocumentsDeps = SlotDeps &
  Pick<StoreParts, "db" | "clock" | "painted" | "onFailure"> & {
    /** Resolves when nothing waits for the disk: true when all is there. */
    readonly idle: () => Promise<boolean>;
    /** Is told of a document whose stored bytes cannot be read whole. */
    readonly onDamaged: (held: Held) => void;
    /** Asks the server for a document whose content was let go, and puts it on the disk; false when it did not come. */
    readonly fetch: (held: Held) => Promise<boolean>;
  };

export type Documents = {
  /** Loads documents into memory without joining rooms; each must be let go. One whose content was let go is fetched first. */
  readonly hold: (ids: readonly DocId[]) => Promise<Held[]>;
  readonly letGo: (held: Held) => void;
  /** Loads a document, joins its room and follows its rows; the answer leaves. Rule: S34. */
  readonly show: (id: DocId) => Promise<{ held: Held; leave: Cancel }>;
  /** Takes a document anew from the disk where its state was replaced. Rule: S27. */
  readonly renew: (id: DocId) => Promise<void>;
  /** Takes a document anew from the disk, whatever is in memory. */
  readonly retake: (held: Held) => Promise<void>;
  /** The documents on screen. */
  readonly shown: () => readonly Held[];
  /** Asks again for what is on screen and not on this device, as when the network came back. Rule: S66. */
  readonly fetchMissing: () => void;
  /** The documents in memory that hold something the server has not answered for. */
  readonly unanswered: () => readonly Held[];
  readonly close: () => void;
};

/** A document and how many hold it; counted from the wish on, so that it cannot be let go while somebody waits for it. */
type Place = { readonly slot: Promise<Slot>; loaded: Slot | null; holders: number };

/** What all of this file works on. `ask` reads what is stored of documents, those of one moment together. */
type Holding = {
  readonly deps: DocumentsDeps;
  readonly places: Map<DocId, Place>;
  readonly ask: (ids: readonly DocId[]) => Promise<Map<DocId, Stored>>;
};

const nothing: Stored = { row: undefined, rows: [] };

/** Makes the documents of one tab. Rules: S34–S37, S66. */
export function createDocuments(deps: DocumentsDeps): Documents {
  const holding: Holding = { deps, places: new Map(), ask: makeAsking(deps) };
  const { places } = holding;
  const loaded = (): Slot[] => [...places.values()].flatMap((place) => place.loaded ?? []);
  const shown = (): Held[] => loaded().flatMap(({ shows, held }) => (shows > 0 ? held : []));
  return {
    hold: (ids) => hold(holding, ids),
    letGo: (held) => letGo(holding, held),
    show: (id) => show(holding, id),
    renew: (id) => renew(holding, id),
    retake: (held) => retake(holding, held),
    shown,
    fetchMissing: () => {
      for (const held of shown()) if (held.missing() === "evicted") bringBack(holding, held).catch(deps.onFailure);
    },
    unanswered: () => loaded().flatMap(({ held }) => (held.live().ledger.isQuiet() ? [] : held)),
    close: () => {
      for (const slot of loaded()) end(slot);
      places.clear();
    },
  };
}

async function hold(holding: Holding, ids: readonly DocId[]): Promise<Held[]> {
  const held = (await pin(holding, ids)).map((slot) => slot.held);
  const missing = held.filter((each) => each.missing() === "evicted");
  await Promise.all(missing.map((each) => bringBack(holding, each)));
  return held;
}

/** Fetches what was let go for want of space, and takes it in. Rule: S66. */
async function bringBack(holding: Holding, held: Held): Promise<void> {
  if (await holding.deps.fetch(held)) await lookAgain(holding, held.id);
}

/** Takes in what the disk has of a document in memory. */
async function lookAgain(holding: Holding, id: DocId): Promise<void> {
  const slot = await holding.places.get(id)?.slot;
  if (slot !== undefined) onRows(holding, slot, await read(holding, id));
}

function letGo({ deps, places }: Holding, { id }: Held): void {
  const place = places.get(id);
  if (place === undefined) return;
  place.holders -= 1;
  if (place.holders === 0) retire({ deps, places }, id).catch(deps.onFailure);
}

const read = async ({ deps }: Holding, id: DocId): Promise<Stored> =>
  (await deps.db.disk.asking(() => readStored(deps.db, [id]))).get(id) ?? nothing;

async function renew(holding: Holding, id: DocId): Promise<void> {
  const slot = await holding.places.get(id)?.slot;
  if (slot === undefined) return;
  await inTurn(slot, async () => {
    const stored = await read(holding, id);
    if (isOther(slot.held, stored)) await swap(holding.deps, slot, stored);
  });
}

async function retake(holding: Holding, { id }: Held): Promise<void> {
  const slot = await holding.places.get(id)?.slot;
  if (slot !== undefined) await inTurn(slot, async () => swap(holding.deps, slot, await read(holding, id)));
}

/** Takes in what another tab, the feed or a compaction wrote. Rule: S26. */
function onRows(holding: Holding, slot: Slot, seen: Stored): void {
  const { deps } = holding;
  const live = slot.held.live();
  if (isOther(slot.held, seen)) return void renew(holding, slot.held.id).catch(deps.onFailure);
  catchUp(live, seen);
  slot.judge();
  if (live.isDamaged) deps.onDamaged(slot.held);
}

async function show(holding: Holding, id: DocId): Promise<{ held: Held; leave: Cancel }> {
  const { deps } = holding;
  const [slot] = await pin(holding, [id]);
  if (slot === undefined) throw new Error("a document could not be loaded");
  slot.shows += 1;
  appear(slot);
  // Hint: what is on the device is drawn before the disk and the network are asked for more; leaving calls it off.
  const isFirst = slot.shows === 1;
  if (isFirst && deps.painted !== undefined) slot.unwatch = deps.painted(() => settle(holding, slot));
  else if (isFirst) settle(holding, slot);
  return { held: slot.held, leave: once(() => hide(holding, slot)) };
}

/** Follows the rows and joins the room; neither is waited for, and entering and leaving happen in turn. */
function settle(holding: Holding, slot: Slot): void {
  const { deps } = holding;
  follow(holding, slot);
  inTurn(slot, async () => {
    if (slot.shows > 0 && slot.held.room() === null) await enter(deps, slot);
  }).catch(deps.onFailure);
}

function follow(holding: Holding, slot: Slot): void {
  const { db, clock, onFailure } = holding.deps;
  const { held } = slot;
  slot.unwatch = watchRows(db, held, { hear: (seen) => onRows(holding, slot, seen), onFailure });
  // Hint: nothing is noted of what is gone.
  if (held.gone() === null) void noteOpened(db, { doc: held.id, at: clock() });
  if (held.missing() === "evicted") bringBack(holding, held).catch(onFailure);
}

function hide(holding: Holding, slot: Slot): void {
  slot.shows -= 1;
  if (slot.shows === 0) {
    slot.unwatch?.();
    exit(slot);
  }
  letGo(holding, slot.held);
}

const nobody: Promise<Map<DocId, Stored>> = Promise.resolve(new Map());

/** Hint: a screen opens several documents at once, and each transaction costs it a turn of the page. */
function makeAsking({ db }: DocumentsDeps): Holding["ask"] {
  const wanted = new Set<DocId>();
  let asking: Promise<Map<DocId, Stored>> | null = null;
  const askAll = async (): Promise<Map<DocId, Stored>> => {
    await Promise.resolve();
    const ids = [...wanted];
    wanted.clear();
    asking = null;
    return db.disk.asking(() => readStored(db, ids));
  };
  return (ids) => {
    for (const id of ids) wanted.add(id);
    asking ??= askAll();
    return asking;
  };
}

/** Holds documents, loading in one go those that are not in memory. */
async function pin(holding: Holding, ids: readonly DocId[]): Promise<Slot[]> {
  const { places, ask } = holding;
  const missing = ids.filter((id) => !places.has(id));
  // Hint: nothing is read when nothing is missing, because nobody would then hear that it failed.
  const loading = missing.length === 0 ? nobody : ask(missing);
  for (const id of missing) places.set(id, makePlace(holding, id, loading));
  const pinned = ids.flatMap((id) => places.get(id) ?? []);
  for (const place of pinned) place.holders += 1;
  return Promise.all(pinned.map(({ slot }) => slot));
}

function makePlace({ deps, places }: Holding, id: DocId, loading: Promise<Map<DocId, Stored>>): Place {
  const slot = loading.then((stored) => {
    const made = makeSlot(deps, id, stored.get(id) ?? nothing);
    place.loaded = made;
    if (made.held.live().isDamaged) deps.onDamaged(made.held);
    return made;
  });
  const place: Place = { slot, loaded: null, holders: 0 };
  slot.catch(() => places.delete(id));
  return place;
}

/** Lets a document go that nobody holds. What the disk has not taken yet lives here only, so it stays until it is written. */
async function retire({ deps, places }: Pick<Holding, "deps" | "places">, id: DocId): Promise<void> {
  const isStored = await deps.idle();
  const place = places.get(id);
  if (place === undefined || place.holders > 0 || !isStored) return;
  places.delete(id);
  if (place.loaded !== null) end(place.loaded);
}

function end(slot: Slot): void {
  slot.unwatch?.();
  exit(slot);
  slot.held.live().doc.destroy();
}

function once(run: () => void): Cancel {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
