// Owns who may bring back what others wrote: for a time after a restore from a backup, devices return what the server has lost.
// Never takes an update itself: it names the author that the check of a change gets (shared/check.ts).
import type { Author } from "../../shared/check.ts";
import type { Hub } from "./hub.ts";
import type { Tenant } from "./tenant.ts";
import type { Caller } from "./who.ts";

/** The author of one update that may bring back what others wrote, and whether it did. */
export type Bringer = { readonly author: Author; readonly hasBrought: () => boolean };

/** Makes a bringer for each update; null when nothing is to be brought back now. */
export type Bringing = (() => Bringer) | null;

/** Opens the way back for a device, for `restoringMs` after the organisation's history was renewed. Rules: UP6, SY12. */
export async function openBringing(
  hub: Pick<Hub, "sessions" | "clock" | "limits">,
  { caller, tenant }: { caller: Caller; tenant: Tenant },
): Promise<Bringing> {
  const { restoredAt } = tenant.storage;
  const isOpen = (): boolean => restoredAt !== null && hub.clock() - Date.parse(restoredAt) < hub.limits.restoringMs;
  if (!isOpen()) return null;
  const members = await hub.sessions.everMembers(caller.org);
  return () => {
    let hasBrought = false;
    const mayBring = (by: string): boolean => {
      const may = isOpen() && members.has(by);
      hasBrought ||= may;
      return may;
    };
    return { author: { member: caller.member, mayBring }, hasBrought: () => hasBrought };
  };
}
