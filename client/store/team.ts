// Owns the members as the server lists them, on the disk of this device, and with them the own role. Light: for page and worker.
import { roles } from "../../policy/roles.ts";
import type { Role } from "../../policy/roles.ts";
import { ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { MemberRow, StudioDb } from "./db.ts";
import type { Wire, WireError } from "./wire.ts";

/** The role of a member; null when the list does not say. */
export function roleOf(members: readonly MemberRow[] | undefined, member: string): Role | null {
  const mine = members?.find(({ userId }) => userId === member)?.role;
  return roles.find((role) => role === mine) ?? null;
}

/** Fetches the members and keeps them. Fails: as the call does. */
export async function refreshMembers(
  db: StudioDb,
  wire: Pick<Wire, "members">,
): Promise<Result<readonly MemberRow[], WireError>> {
  const answer = await wire.members();
  if (answer.ok) await db.members.bulkPut(answer.value);
  return answer.ok ? ok(answer.value) : answer;
}
