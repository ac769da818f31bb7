// Owns which rooms a tick takes, and in which order: nobody with a small document waits for a large one, or for who asks for much.
// Never takes an update itself (take.ts) and never leaves a room out for good.
import type { Room } from "./room.ts";

/** From here on encoding and storing a document is felt by everybody who waits for the tick. Units: bytes. */
const LARGE_BYTES = 64 * 1024;

/** Tells whether a document is so large that reading or writing it is felt. */
export const isLarge = ({ stateBytes }: Pick<Room, "stateBytes">): boolean => stateBytes > LARGE_BYTES;

/** `now` is for this tick, `later` waits for the next one. */
export type Chosen = { readonly now: readonly Room[]; readonly later: readonly Room[] };

/**
 * A tick takes the small documents, those of members first who used the server least; or, in turn with them, one large document.
 * Rule: SY19.
 */
export function chooseRooms(waiting: Iterable<Room>, wasLarge: boolean): Chosen {
  const rooms = [...waiting].map((room) => ({ room, used: usedFor(room) }));
  rooms.sort((a, b) => a.used - b.used);
  const small = rooms.flatMap(({ room }) => (isLarge(room) ? [] : room));
  const large = rooms.flatMap(({ room }) => (isLarge(room) ? room : []));
  if (large.length === 0 || (small.length > 0 && wasLarge)) return { now: small, later: large };
  const [first, ...others] = large;
  return first === undefined ? { now: small, later: [] } : { now: [first], later: [...small, ...others] };
}

/** How many of a queue are asked for; the rest are mostly of the same members. */
const ASKED = 4;

/** What whoever waits in a room has used of the server, by who has used least. */
const usedFor = ({ queue }: Room): number =>
  Math.min(...queue.slice(0, ASKED).map(({ share }) => share?.used() ?? 0), MOST);

/** Above what anybody can use; for a room in which nobody waits any more. */
const MOST = Number.MAX_SAFE_INTEGER;
