// Owns which documents are in a tab's memory: one per id, counted by who holds it, loaded before its room is joined.
// Never runs an action (act.ts) and never decides what a refusal or an erasure means (engine.ts).
import type { DocId } from "../../shared/document.ts";
import { catchUp, readStored } from "./live.ts";
import type { Stored } from "./live.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import { enter, exit, inTurn, isOther, makeSlot, swap } from "./slot.ts";
import type { Held, Slot, SlotDeps } from "./slot.ts";
import { watchRows } from "./watch.ts";

export type DocumentsDeps = SlotDeps &
  Pick<StoreParts, "db" | "onFailure"> & {
    /** Resolves when nothing waits for the disk: true when all is there. */
    readonly idle: () => Promise<boolean>;
    /** Is told of a document whose stored bytes cannot be read whole. */
    readonly onDamaged: (id: DocId) => void;
  };

export type Documents = {
  /** Loads documents into memory without joining rooms; each must be let go. */
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
  readonly close: () => void;
};

/** A document and how many hold it; counted from the wish on, so that it cannot be let go while somebody waits for it. */
type Place = { readonly slot: Promise<Slot>; loaded: Slot | null; holders: number };

const nothing: Stored = { row: undefined, rows: [] };

/** Makes the documents of one tab. Rules: S34–S37. */
export function createDocuments(deps: DocumentsDeps): Documents {
  const places = new Map<DocId, Place>();
  const slotsOf = (ids: readonly DocId[]): Promise<Slot[]> => pin(deps, places, ids);
  const letGo = ({ id }: Held): void => {
    const place = places.get(id);
    if (place === undefined) return;
    place.holders -= 1;
    if (place.holders === 0) retire(deps, places, id).catch(deps.onFailure);
  };
  const read = async (id: DocId): Promise<Stored> => (await readStored(deps.db, [id])).get(id) ?? nothing;
  const renew = async (id: DocId): Promise<void> => {
    const slot = await places.get(id)?.slot;
    if (slot === undefined) return;
    await inTurn(slot, async () => {
      const stored = await read(id);
      if (isOther(slot.held, stored)) await swap(deps, slot, stored);
    });
  };
  const onRows = (slot: Slot, seen: Stored): void => {
    const live = slot.held.live();
    if (isOther(slot.held, seen)) return void renew(slot.held.id).catch(deps.onFailure);
    catchUp(live, seen);
    if (live.isDamaged) deps.onDamaged(live.id);
  };
  const hide = (slot: Slot): void => {
    slot.shows -= 1;
    if (slot.shows === 0) {
      slot.unwatch?.();
      exit(slot);
    }
    letGo(slot.held);
  };
  const show: Documents["show"] = async (id) => {
    const [slot] = await slotsOf([id]);
    if (slot === undefined) throw new Error("a document could not be loaded");
    slot.shows += 1;
    if (slot.shows === 1) slot.unwatch = watchRows(deps.db, slot.held, (seen) => onRows(slot, seen));
    await inTurn(slot, async () => {
      if (slot.shows > 0 && slot.held.room() === null) await enter(deps, slot);
    });
    return { held: slot.held, leave: once(() => hide(slot)) };
  };
  const loaded = (): Slot[] => [...places.values()].flatMap((place) => place.loaded ?? []);
  return {
    hold: async (ids) => (await slotsOf(ids)).map(({ held }) => held),
    letGo,
    show,
    renew,
    retake: async ({ id }) => {
      const slot = await places.get(id)?.slot;
      if (slot !== undefined) await inTurn(slot, async () => swap(deps, slot, await read(id)));
    },
    shown: () => loaded().flatMap(({ shows, held }) => (shows > 0 ? held : [])),
    close: () => {
      for (const slot of loaded()) end(slot);
      places.clear();
    },
  };
}

/** Holds documents, loading in one go those that are not in memory. */
async function pin(deps: DocumentsDeps, places: Map<DocId, Place>, ids: readonly DocId[]): Promise<Slot[]> {
  const missing = ids.filter((id) => !places.has(id));
  const loading = readStored(deps.db, missing);
  for (const id of missing) {
    const slot = loading.then((stored) => {
      const made = makeSlot(deps, id, stored.get(id) ?? nothing);
      place.loaded = made;
      if (made.held.live().isDamaged) deps.onDamaged(id);
      return made;
    });
    const place: Place = { slot, loaded: null, holders: 0 };
    places.set(id, place);
    slot.catch(() => places.delete(id));
  }
  const pinned = ids.flatMap((id) => places.get(id) ?? []);
  for (const place of pinned) place.holders += 1;
  return Promise.all(pinned.map(({ slot }) => slot));
}

/** Lets a document go that nobody holds. What the disk has not taken yet lives here only, so it stays until it is written. */
async function retire(deps: DocumentsDeps, places: Map<DocId, Place>, id: DocId): Promise<void> {
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
