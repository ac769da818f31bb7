// Owns who is seen in a room: each client id belongs to the member that announced it first, and the server writes who that is.
// Never stores a state and never closes a socket over one: foreign entries are dropped, a flood waits for the next slot.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { writeAwareness } from "../../shared/protocol.ts";
import type { Clock } from "../clock.ts";
import type { Limits } from "../limits.ts";
import type { Watcher } from "./room.ts";

/** Who a state is shown as; the server takes it from the session. */
export type Face = { readonly id: string; readonly color: string };

type Entry = { readonly client: number; readonly clock: number; readonly state: string };
type Seen = Entry & { readonly owner: string; readonly by: Watcher };

export type Presence = {
  /** Takes what a socket announces, with the member it shows. Rule: PR1–PR4. */
  readonly announce: (by: Watcher, face: Face, update: Uint8Array) => void;
  /** Whose client id that is, by what is shown at this moment; null when nobody shows it. Rule: SY14. */
  readonly ownerOf: (client: number) => string | null;
  /** A frame with everybody present, null when nobody is. */
  readonly everybody: () => Uint8Array | null;
  /** Takes a socket's states away and tells the others. Rule: PR5. */
  readonly leave: (by: Watcher) => void;
};

export type PresenceDeps = {
  readonly watchers: () => Iterable<Watcher>;
  /** Who wrote first under a client id in the document; null when nobody did. */
  readonly ownerOf: (client: number) => string | null;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly later: (run: () => void, ms: number) => void;
};

/** Client ids have 32 bits. */
const MAX_CLIENT = 2 ** 32 - 1;

/** Far above what an honest client reaches: a stock provider counts up by one, and throws on a number beyond 2^53. */
const MAX_CLOCK = 2 ** 40;

/** Who is seen in a room at this moment, and when each was told last. */
type Stage = PresenceDeps & {
  readonly seen: Map<number, Seen>;
  readonly sentAt: Map<number, number>;
  readonly waiting: Set<number>;
};

/** Makes the presence of one room; while nobody is seen in it, it holds nothing. Rule: MM3. */
export function createPresence(deps: PresenceDeps): Presence {
  let stage: Stage | null = null;
  const tidy = (): void => {
    if (stage?.seen.size === 0) stage = null;
  };
  return {
    announce: (by, face, update) => {
      stage ??= { ...deps, seen: new Map(), sentAt: new Map(), waiting: new Set() };
      for (const entry of readEntries(update)) take(stage, { by, face }, entry);
      tidy();
    },
    ownerOf: (client) => stage?.seen.get(client)?.owner ?? null,
    everybody: () =>
      stage === null || stage.seen.size === 0 ? null : writeAwareness(writeEntries([...stage.seen.values()])),
    leave: (by) => {
      if (stage !== null) leave(stage, by);
      tidy();
    },
  };
}

function relay({ seen, sentAt, waiting, clock, watchers }: Stage, client: number): void {
  waiting.delete(client);
  const entry = seen.get(client);
  if (!entry) return;
  sentAt.set(client, clock());
  const frame = writeAwareness(writeEntries([entry]));
  for (const watcher of watchers()) if (watcher !== entry.by) watcher.show(frame);
}

function schedule(stage: Stage, client: number): void {
  const { sentAt, waiting, clock, later } = stage;
  if (waiting.has(client)) return;
  const slotMs = 1000 / stage.limits.awarenessPerSecond;
  const wait = (sentAt.get(client) ?? -slotMs) + slotMs - clock();
  if (wait <= 0) return relay(stage, client);
  waiting.add(client);
  later(() => relay(stage, client), wait);
}

type Speaker = { readonly by: Watcher; readonly face: Face };

function take(stage: Stage, { by, face }: Speaker, entry: Entry): void {
  const { seen, ownerOf, limits } = stage;
  if (entry.client > MAX_CLIENT || entry.clock > MAX_CLOCK) return;
  const known = seen.get(entry.client);
  if (known && (known.owner !== face.id || entry.clock < known.clock)) return;
  if (!known && (ownedBy(seen, by) > 0 || (ownerOf(entry.client) ?? face.id) !== face.id)) return;
  const state = withFace(entry.state, face, limits.awarenessBytes);
  if (state === null || (known && known.clock === entry.clock && known.state === state)) return;
  seen.set(entry.client, { ...entry, state, owner: face.id, by });
  if (state === "null") forget(stage, entry.client);
  else schedule(stage, entry.client);
}

function forget(stage: Stage, client: number): void {
  relay(stage, client);
  stage.seen.delete(client);
  stage.sentAt.delete(client);
}

function leave(stage: Stage, by: Watcher): void {
  for (const entry of [...stage.seen.values()]) {
    if (entry.by !== by) continue;
    stage.seen.set(entry.client, { ...entry, clock: entry.clock + 1, state: "null" });
    forget(stage, entry.client);
  }
}

/** One id per socket; a reconnect of the same device brings its old id along, which is taken over, not counted. */
const ownedBy = (seen: ReadonlyMap<number, Seen>, by: Watcher): number =>
  [...seen.values()].filter((entry) => entry.by === by).length;

/** The announced state with the server's word on who it is; null when it is none or too large. Rule: PR2. */
function withFace(state: string, face: Face, maxBytes: number): string | null {
  if (state === "null") return state;
  if (Buffer.byteLength(state) > maxBytes) return null;
  try {
    const value: unknown = JSON.parse(state);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return JSON.stringify({ ...value, user: { id: face.id, color: face.color } });
  } catch {
    // Hint: not JSON, so not a state.
    return null;
  }
}

/** Reads an awareness update. Shape: `varUint count`, then `varUint client, varUint clock, varString json`. Source: y-protocols. */
function readEntries(update: Uint8Array): Entry[] {
  try {
    const decoder = decoding.createDecoder(update);
    const count = Math.min(decoding.readVarUint(decoder), 1000);
    return Array.from({ length: count }, () => ({
      client: decoding.readVarUint(decoder),
      clock: decoding.readVarUint(decoder),
      state: decoding.readVarString(decoder),
    }));
  } catch {
    // Hint: truncated presence is no reason to close a socket; it is as if nothing had come.
    return [];
  }
}

function writeEntries(entries: readonly Entry[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
}
