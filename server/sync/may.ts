// Owns what an update in a room's queue may do before it is tried elsewhere, and to whom the client ids belong that it brings.
// Never applies anything.
import type { Limits } from "../limits.ts";
import type { Writers } from "../storage.ts";
import type { Allowance } from "./apply.ts";
import type { Room, Submission } from "./room.ts";

/** How much loading a document may come to cost before it is tried, in what one update may do. */
const LOADS = 5;

/** What a submission may do to its room that was not tried. Rules: SY13, SY14. */
export const allowanceOf = (room: Room, { seenAs }: Submission, limits: Limits): Allowance => ({
  steps: Math.min(limits.workerApplySteps, limits.workerApplySteps * LOADS - room.untried),
  bytes: limits.workerApplyBytes,
  mostSteps: limits.workerApplySteps,
  clientIds: limits.clientIdsPerDocument,
  ownerOf: (client) => room.writers.get(client) ?? seenAs?.(client) ?? null,
});

/** What is new where nothing is. */
export const NOBODY: Writers = new Map();

type Binding = { readonly submission: Submission; readonly ids: ReadonlySet<number> };

/**
 * Binds new client ids to their writer, at once, so that the next update of the same tick is judged by it; a tick that is not
 * stored takes its room with it. What is brought back after a restore says nothing about who wrote it. Rule: SY14.
 */
export function bind(room: Room, { submission: { author }, ids }: Binding): Writers {
  if (ids.size === 0) return NOBODY;
  const unbound = author.mayBring === undefined ? unboundOf(room, ids) : [];
  for (const client of unbound) room.writers.set(client, author.member);
  return new Map(unbound.map((client) => [client, author.member]));
}

/** The client ids that belong to nobody yet. */
export const unboundOf = ({ writers }: Room, ids: ReadonlySet<number>): number[] =>
  [...ids].filter((client) => !writers.has(client));
