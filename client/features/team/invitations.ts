// Owns the calls about open invitations. Never sends a mail itself: the server does.
import * as v from "valibot";
import { roles } from "../../../policy/roles.ts";
import type { Role } from "../../../policy/roles.ts";
import type { Result } from "../../../shared/result.ts";
import type { Api, ApiError } from "../../api.ts";

const invitationSchema = v.object({
  id: v.string(),
  email: v.string(),
  role: v.picklist(roles),
  createdAt: v.string(),
  expiresAt: v.string(),
});

const listSchema = v.object({ invitations: v.array(invitationSchema) });

/** An open invitation as an owner sees it. */
export type OpenInvitation = v.InferOutput<typeof invitationSchema>;

/** The open invitations of a studio. Fails: `forbidden` for all but owners. */
export async function listInvitations(api: Api, org: string): Promise<Result<readonly OpenInvitation[], ApiError>> {
  const answer = await api({ path: `/api/orgs/${org}/invitations`, reply: listSchema });
  return answer.ok ? { ok: true, value: answer.value.invitations } : answer;
}

/** Invites an address; an open invitation to it is replaced. Fails: `already_member`, `too_fast`, `forbidden`. */
export const sendInvitation = (
  api: Api,
  org: string,
  to: { email: string; role: Role },
): Promise<Result<OpenInvitation, ApiError>> =>
  api({ method: "POST", path: `/api/orgs/${org}/invitations`, body: to, reply: invitationSchema });

/** Takes an open invitation back. Fails: `not_found`, `forbidden`. */
export const withdrawInvitation = (api: Api, org: string, id: string): Promise<Result<void, ApiError>> =>
  api({ method: "DELETE", path: `/api/orgs/${org}/invitations/${id}` });
