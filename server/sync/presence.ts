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

/** Makes the presence of one room. */
export function createPresence({ watchers, ownerOf, limits, clock, later }: PresenceDeps): Presence {
  const seen = new Map<number, Seen>();
  const sentAt = new Map<number, number>();
  const waiting = new Set<number>();
  const slotMs = 1000 / limits.awarenessPerSecond;

  const relay = (client: number): void => {
    waiting.delete(client);
    const entry = seen.get(client);
    if (!entry) return;
    sentAt.set(client, clock());
    const frame = writeAwareness(writeEntries([entry]));
    for (const watcher of watchers()) if (watcher !== entry.by) watcher.show(frame);
  };

  const schedule = (client: number): void => {
    if (waiting.has(client)) return;
    const wait = (sentAt.get(client) ?? -slotMs) + slotMs - clock();
    if (wait <= 0) return relay(client);
    waiting.add(client);
    later(() => relay(client), wait);
  };

  const take = (by: Watcher, face: Face, entry: Entry): void => {
    if (entry.client > MAX_CLIENT || entry.clock > MAX_CLOCK) return;
    const known = seen.get(entry.client);
    if (known && (known.owner !== face.id || entry.clock < known.clock)) return;
    if (!known && (ownedBy(seen, by) > 0 || (ownerOf(entry.client) ?? face.id) !== face.id)) return;
    const state = withFace(entry.state, face, limits.awarenessBytes);
    if (state === null || (known && known.clock === entry.clock && known.state === state)) return;
    seen.set(entry.client, { ...entry, state, owner: face.id, by });
    if (state === "null") forget(entry.client);
    else schedule(entry.client);
  };

  const forget = (client: number): void => {
    relay(client);
    seen.delete(client);
    sentAt.delete(client);
  };

  return {
    announce: (by, face, update) => {
      for (const entry of readEntries(update)) take(by, face, entry);
    },
    ownerOf: (client) => seen.get(client)?.owner ?? null,
    everybody: () => (seen.size === 0 ? null : writeAwareness(writeEntries([...seen.values()]))),
    leave: (by) => {
      for (const entry of [...seen.values()]) {
        if (entry.by !== by) continue;
        seen.set(entry.client, { ...entry, clock: entry.clock + 1, state: "null" });
        forget(entry.client);
      }
    },
  };
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
