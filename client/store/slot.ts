// Owns one document in a tab's memory: its life between loading and letting go, its place in its room, and its replacement.
// Never counts who holds it (open.ts).
import { batch, createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import { Awareness } from "y-protocols/awareness";
import type { DocId } from "../../shared/document.ts";
import type { Gone } from "./db.ts";
import { makeLive } from "./live.ts";
import type { Live, Stored } from "./live.ts";
import type { Cancel } from "./parts.ts";
import type { Room } from "./room.ts";

/** A document in this tab's memory. Its `live` is replaced after a refusal, never changed under its holders. */
export type Held = {
  readonly id: DocId;
  readonly live: Accessor<Live>;
  /** The presence that belongs to `live`; null while the document is not on screen. */
  readonly awareness: Accessor<Awareness | null>;
  /** Null while it is not on screen, and when the member may not enter its room. */
  readonly room: Accessor<Room | null>;
  readonly gone: Accessor<Gone | null>;
  /** Why what is in memory is not what there is; null when it is. Rules: S66, S72. */
  readonly missing: Accessor<Missing | null>;
};

/** Why a document's content is not here: let go for want of space, or its stored bytes cannot be read. Both are fetched again. */
export type Missing = "evicted" | "damaged";

/** A held document with what only its owner may change. */
export type Slot = {
  readonly held: Held;
  readonly setLive: (live: Live) => void;
  readonly setAwareness: (awareness: Awareness | null) => void;
  readonly setRoom: (room: Room | null) => void;
  readonly setGone: (gone: Gone | null) => void;
  /** Looks at the document in memory again. */
  readonly judge: () => void;
  /** How many screens show it. */
  shows: number;
  unwatch: Cancel | null;
  /** Entering, swapping and leaving a room happen one after the other. */
  work: Promise<void>;
};

export type SlotDeps = {
  /** Starts to listen to what a document emits. */
  readonly listen: (held: Held, live: Live) => void;
  /** Joins a document to its room; null when the member may not enter it. */
  readonly join: (held: Held, live: Live, awareness: Awareness) => Promise<Room | null>;
};

/** Builds a document from what is stored and listens to it before anybody else can change it. */
export function makeSlot({ listen }: SlotDeps, id: DocId, stored: Stored): Slot {
  const [live, setLive] = createSignal<Live>(makeLive(id, stored));
  const [awareness, setAwareness] = createSignal<Awareness | null>(null);
  const [room, setRoom] = createSignal<Room | null>(null);
  const [gone, setGone] = createSignal<Gone | null>(stored.row?.gone ?? null);
  const [missing, setMissing] = createSignal<Missing | null>(missingOf(live()));
  const held: Held = { id, live, awareness, room, gone, missing };
  listen(held, live());
  return {
    held,
    setLive: (next) => void setLive(next),
    setAwareness: (next) => void setAwareness(next),
    setRoom: (next) => void setRoom(next),
    setGone: (next) => void setGone(next),
    judge: () => void setMissing(missingOf(live())),
    shows: 0,
    unwatch: null,
    work: Promise.resolve(),
  };
}

function missingOf({ isEvicted, isDamaged }: Live): Missing | null {
  if (isDamaged) return "damaged";
  return isEvicted ? "evicted" : null;
}

/** Runs what changes a document's place after what is still changing it. */
export function inTurn(slot: Slot, run: () => Promise<void>): Promise<void> {
  const turn = slot.work.then(run);
  slot.work = turn.catch(() => undefined);
  return turn;
}

/** Gives a document on screen its presence, before it is in its room. */
export function appear(slot: Slot): Awareness {
  const awareness = slot.held.awareness() ?? new Awareness(slot.held.live().doc);
  slot.setAwareness(awareness);
  return awareness;
}

/** Joins the room of a document on screen. Presence and document are made and end together (sync.md L10). */
export async function enter({ join }: SlotDeps, slot: Slot): Promise<void> {
  const live = slot.held.live();
  const awareness = appear(slot);
  if (slot.held.gone() !== null) return;
  const room = await join(slot.held, live, awareness);
  if (slot.shows > 0) slot.setRoom(room);
  else room?.close();
}

/** Leaves the room. */
export function exit(slot: Slot): void {
  const [room, awareness] = [slot.held.room(), slot.held.awareness()];
  slot.setRoom(null);
  slot.setAwareness(null);
  room?.close();
  awareness?.destroy();
}

/** Puts a document from what is stored into the place of the one in memory, under a new client id. Rule: S27. */
export async function swap(deps: SlotDeps, slot: Slot, stored: Stored): Promise<void> {
  const [old, room] = [slot.held.live(), slot.held.room()];
  const live = makeLive(slot.held.id, stored);
  deps.listen(slot.held, live);
  batch(() => {
    slot.setRoom(null);
    slot.setLive(live);
    slot.setAwareness(slot.shows > 0 ? new Awareness(live.doc) : null);
    slot.setGone(stored.row?.gone ?? null);
    slot.judge();
  });
  room?.close();
  // Hint: its presence ends with it.
  old.doc.destroy();
  if (slot.shows > 0) await enter(deps, slot);
}

/** Tells whether what is stored replaces what is in memory, instead of adding to it. */
export const isOther = ({ live, gone }: Held, { row }: Stored): boolean =>
  (row?.epoch ?? live().epoch) !== live().epoch || (row?.gone ?? null) !== gone();
