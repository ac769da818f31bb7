// Owns what members add to what a studio stores: how a tick's growth is counted, and what they hear beyond it.
// Never measures the disk (health.ts does) and never takes anything back: the tenant refuses.
import type { Accepted, Outcome, Room } from "./room.ts";
import type { Tallies } from "./tally.ts";

/** What who has made a document too large hears. Rule: SY7. */
export const TOO_LARGE: Outcome = { kind: "refused", refusal: { reason: "limit" } };

/** What who has added too much to what is stored hears; it may be tried again. Rule: SY21. */
export const TOMORROW: Outcome = { kind: "failed", error: { type: "too_fast", retryAfterMs: 60 * 60_000 } };

/** What a new document takes beside its state: its row, its key, its numbers. Units: bytes. */
const ROW_BYTES = 512;

type Grown = { readonly accepted: readonly Accepted[]; readonly state: Uint8Array };
type Counting = { readonly org: string; readonly tallies: Tallies };

/** Counts what a tick adds to what is stored; false when it is more than one of its members may add. Rule: SY21. */
export function mayGrow(room: Room, { accepted, state }: Grown, { org, tallies }: Counting): boolean {
  const bytes = Math.max(0, state.length - room.stateBytes) + (room.version === 0 ? ROW_BYTES : 0);
  const sent = new Map<string, number>();
  for (const { submission, hasChanged } of accepted) {
    const { member } = submission.author;
    if (hasChanged) sent.set(member, (sent.get(member) ?? ROW_BYTES) + submission.update.length);
  }
  // Hint: of what several wrote at once, nobody counts for more than they sent.
  return [...sent].every(([member, most]) => tallies.grow({ org, member }, Math.min(bytes, most)));
}
