// Owns how much large documents may weigh that members keep open: memory holds them many times over.
// Never closes anything: it says whether it is too much.
import type { Limits } from "../limits.ts";
import { isLarge } from "./order.ts";
import type { Room } from "./room.ts";

type Holding = { readonly rooms: Iterable<Room>; readonly member: string };

type Bounds = Pick<Limits, "openLargeBytesPerMember" | "openLargeBytesPerStudio">;

/**
 * Tells whether large documents that a member has open weigh more than they may, with `room` among them; or those of the whole studio,
 * for who holds more than an even part of what it may, so that a few cannot put out the others. Rule: SY20.
 */
export function holdsTooMuch(room: Room, { rooms, member }: Holding, limits: Bounds): boolean {
  if (!isLarge(room)) return false;
  const [ofMember, ofStudio, holders] = [new Set([room]), new Set([room]), new Set([member])];
  for (const each of rooms) {
    if (!isLarge(each) || each.watchers.size === 0) continue;
    ofStudio.add(each);
    for (const watcher of each.watchers) {
      holders.add(watcher.member);
      if (watcher.member === member) ofMember.add(each);
    }
  }
  const [theirs, all] = [bytesOf(ofMember), bytesOf(ofStudio)];
  const evenPart = limits.openLargeBytesPerStudio / holders.size;
  return theirs > limits.openLargeBytesPerMember || (all > limits.openLargeBytesPerStudio && theirs > evenPart);
}

const bytesOf = (rooms: ReadonlySet<Room>): number => [...rooms].reduce((sum, { stateBytes }) => sum + stateBytes, 0);

/** Closes a room that has grown for who then holds too much; true when somebody did. Rule: SY20. */
export function closeForHolders(room: Room, rooms: () => Iterable<Room>, limits: Bounds): boolean {
  if (!isLarge(room)) return false;
  const all = [...rooms()];
  const members = [...new Set([...room.watchers].map(({ member }) => member))];
  const greedy = new Set(members.filter((member) => holdsTooMuch(room, { rooms: all, member }, limits)));
  for (const watcher of [...room.watchers]) if (greedy.has(watcher.member)) watcher.close({ type: "too_fast" });
  return greedy.size > 0;
}
