// Owns the documents in memory: one per id and tab, counted by who holds it, loaded before its room is joined.
// Never runs an action (act.ts) and never decides what a refusal or an erasure means (engine.ts); it swaps and drops.
import { batch, createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import { Awareness } from "y-protocols/awareness";
import type { DocId } from "../../shared/document.ts";
import type { Gone } from "./db.ts";
import { catchUp, makeLive, readStored } from "./live.ts";
import type { Live, Stored } from "./live.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import type { Room } from "./room.ts";
import { watchRows } from "./watch.ts";

/** A document in this tab's memory. Its `live` is replaced after a refusal, never changed under its holders. */
export type Held = {
  readonly id: DocId;
  readonly live: Accessor<Live>;
  /** The presence that belongs to `live`; null while the document is not on screen. */
  readonly awareness: Accessor<Awareness | null>;
  /** Null while it is not on screen, and when the member may not enter its room. */
  readonly room: Accessor<Room | null>;
  readonly gone: Accessor<Gone | null>;
};

export type DocumentsDeps = Pick<StoreParts, "db" | "onFailure"> & {
  /** Starts to listen to what a document emits. */
  readonly listen: (held: Held, live: Live) => void;
  /** Joins a document to its room; null when the member may not enter it. */
  readonly join: (held: Held, live: Live, awareness: Awareness) => Promise<Room | null>;
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

type Slot = {
  readonly held: Held;
  readonly setLive: (live: Live) => void;
  readonly setAwareness: (awareness: Awareness | null) => void;
  readonly setRoom: (room: Room | null) => void;
  readonly setGone: (gone: Gone | null) => void;
  refs: number;
  shows: number;
  unwatch: Cancel | null;
  /** Entering, swapping and leaving a room happen one after the other. */
  work: Promise<void>;
};

/** Makes the documents of one tab. Rules: S34–S37. */
export function createDocuments(deps: DocumentsDeps): Documents {
  const slots = new Map<DocId, Promise<Slot>>();
  const bySlot = new Map<Held, Slot>();

  const create = (id: DocId, stored: Stored): Slot => {
    const slot = makeSlot(id, stored);
    bySlot.set(slot.held, slot);
    const live = slot.held.live();
    deps.listen(slot.held, live);
    if (live.isDamaged) deps.onDamaged(id);
    return slot;
  };
  const slotsOf = async (ids: readonly DocId[]): Promise<Slot[]> => {
    const missing = ids.filter((id) => !slots.has(id));
    const loading = readStored(deps.db, missing);
    for (const id of missing) {
      const slot = loading.then((stored) => create(id, stored.get(id) ?? { row: undefined, rows: [] }));
      slots.set(id, slot);
      slot.catch(() => slots.delete(id));
    }
    return Promise.all(ids.flatMap((id) => slots.get(id) ?? []));
  };
  const letGo = (held: Held): void => {
    const slot = bySlot.get(held);
    if (slot === undefined) return;
    slot.refs -= 1;
    if (slot.refs === 0) retire(slot).catch(deps.onFailure);
  };
  /** Hint: what the disk has not taken yet lives here only, so a document stays until it is written. */
  const retire = async (slot: Slot): Promise<void> => {
    const isStored = await deps.idle();
    if (slot.refs > 0 || !isStored || !bySlot.delete(slot.held)) return;
    slots.delete(slot.held.id);
    slot.held.live().doc.destroy();
  };
  /** Hint: presence and document are made and end together (sync.md L10). */
  const enter = async (slot: Slot): Promise<void> => {
    const live = slot.held.live();
    const awareness = slot.held.awareness() ?? new Awareness(live.doc);
    slot.setAwareness(awareness);
    if (slot.held.gone() !== null) return;
    const room = await deps.join(slot.held, live, awareness);
    if (slot.shows > 0) slot.setRoom(room);
    else room?.close();
  };
  const exit = (slot: Slot): void => {
    const [room, awareness] = [slot.held.room(), slot.held.awareness()];
    slot.setRoom(null);
    slot.setAwareness(null);
    room?.close();
    awareness?.destroy();
  };
  const swap = async (slot: Slot, stored: Stored): Promise<void> => {
    const [old, room] = [slot.held.live(), slot.held.room()];
    const live = makeLive(slot.held.id, stored);
    deps.listen(slot.held, live);
    batch(() => {
      slot.setRoom(null);
      slot.setLive(live);
      slot.setAwareness(slot.shows > 0 ? new Awareness(live.doc) : null);
      slot.setGone(stored.row?.gone ?? null);
    });
    room?.close();
    // Hint: its presence ends with it.
    old.doc.destroy();
    if (slot.shows > 0) await enter(slot);
  };
  const renew = async (id: DocId): Promise<void> => {
    const slot = await slots.get(id);
    if (slot !== undefined) await inTurn(slot, () => renewNow(slot));
  };
  const renewNow = async (slot: Slot): Promise<void> => {
    const stored = await read(slot.held);
    if (isOther(slot.held, stored)) await swap(slot, stored);
  };
  const retake = async (held: Held): Promise<void> => {
    const slot = bySlot.get(held);
    if (slot !== undefined) await inTurn(slot, async () => swap(slot, await read(held)));
  };
  const read = async ({ id }: Held): Promise<Stored> =>
    (await readStored(deps.db, [id])).get(id) ?? { row: undefined, rows: [] };
  const onRows = (slot: Slot, seen: Stored): void => {
    const live = slot.held.live();
    if (isOther(slot.held, seen)) return void renew(slot.held.id).catch(deps.onFailure);
    catchUp(live, seen);
    if (live.isDamaged) deps.onDamaged(live.id);
  };
  const show: Documents["show"] = async (id) => {
    const slot = await holdOne(id);
    slot.shows += 1;
    if (slot.shows === 1) slot.unwatch = watchRows(deps.db, slot.held, (seen) => onRows(slot, seen));
    await inTurn(slot, async () => {
      if (slot.shows > 0 && slot.held.room() === null) await enter(slot);
    });
    return { held: slot.held, leave: once(() => hide(slot)) };
  };
  const holdOne = async (id: DocId): Promise<Slot> => {
    const [slot] = await slotsOf([id]);
    if (slot === undefined) throw new Error("a document could not be loaded");
    slot.refs += 1;
    return slot;
  };
  const hide = (slot: Slot): void => {
    slot.shows -= 1;
    if (slot.shows === 0) {
      slot.unwatch?.();
      exit(slot);
    }
    letGo(slot.held);
  };
  return {
    hold: async (ids) => {
      const found = await slotsOf(ids);
      for (const slot of found) slot.refs += 1;
      return found.map(({ held }) => held);
    },
    letGo,
    show,
    renew,
    retake,
    shown: () => [...bySlot.values()].filter(({ shows }) => shows > 0).map(({ held }) => held),
    close: () => {
      for (const slot of bySlot.values()) {
        slot.unwatch?.();
        exit(slot);
        slot.held.live().doc.destroy();
      }
      bySlot.clear();
      slots.clear();
    },
  };
}

/** Tells whether what is stored replaces what is in memory, instead of adding to it. */
const isOther = ({ live, gone }: Held, { row }: Stored): boolean =>
  (row?.epoch ?? live().epoch) !== live().epoch || (row?.gone ?? null) !== gone();

function inTurn(slot: Slot, run: () => Promise<void>): Promise<void> {
  const turn = slot.work.then(run);
  slot.work = turn.catch(() => undefined);
  return turn;
}

function makeSlot(id: DocId, stored: Stored): Slot {
  const [live, setLive] = createSignal<Live>(makeLive(id, stored));
  const [awareness, setAwareness] = createSignal<Awareness | null>(null);
  const [room, setRoom] = createSignal<Room | null>(null);
  const [gone, setGone] = createSignal<Gone | null>(stored.row?.gone ?? null);
  return {
    held: { id, live, awareness, room, gone },
    setLive: (next) => void setLive(next),
    setAwareness: (next) => void setAwareness(next),
    setRoom: (next) => void setRoom(next),
    setGone: (next) => void setGone(next),
    refs: 0,
    shows: 0,
    unwatch: null,
    work: Promise.resolve(),
  };
}

function once(run: () => void): Cancel {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
