// Owns the tables of main.db, column by column; policy/inventory.ts classifies each, and a type test compares the two.
// Never holds a studio's own data: that lives in the organisation's files (storage.tables.ts).
// All times are instants in UTC with milliseconds, so that text order is time order.
import type { Generated } from "kysely";
import type { Role } from "../policy/roles.ts";
import type { EndReason } from "../shared/errors.ts";
import type { Locale } from "../shared/studio.ts";

/** A person with an account. One address may have several rows until one of them is verified. Rule: AU2. */
export interface UsersTable {
  id: string;
  /** Trimmed, lower case, NFC. */
  email: string;
  name: string;
  /** E.164. */
  phone: string | null;
  locale: Locale;
  /** Argon2id in PHC form. */
  password_hash: string;
  verified_at: string | null;
  created_at: string;
}

/** A studio; its name is a copy of the profile's, for invitations and the switcher. A row without any membership is unfinished. */
export interface OrganisationsTable {
  id: string;
  name: string;
  created_at: string;
}

/** Who belongs to a studio, and since when no more; `role` is the newest of `role_changes`. */
export interface MembershipsTable {
  org_id: string;
  user_id: string;
  role: Role;
  /** Shape: `#RRGGBB`, given by the server. */
  colour: string;
  /** Number of the last change of role, grants or membership. */
  access: number;
  joined_at: string;
  ended_at: string | null;
}

/** Every role ever given and every end, append-only: the source of truth for access. Rule: TE6. Source: R06. */
export interface RoleChangesTable {
  id: Generated<number>;
  org_id: string;
  user_id: string;
  /** null ends the membership. */
  role: Role | null;
  by_user_id: string;
  at: string;
}

/** A signed-in browser; the token itself is only in its cookie. */
export interface SessionsTable {
  /** SHA-256 of the token, hexadecimal. */
  token_hash: string;
  /** Public id, for listings and events. */
  id: string;
  user_id: string;
  created_at: string;
  expires_at: string;
}

/** Why a session ended before its time, so that the browser that shows it can be told; goes when the session would have. Rule: AU22. */
export interface EndedSessionsTable {
  token_hash: string;
  user_id: string;
  why: Exclude<EndReason, "expired">;
  expires_at: string;
}

/** Open links to verify an address or to set a new password; using one deletes it. */
export interface AccountTokensTable {
  token_hash: string;
  kind: "verify" | "reset";
  user_id: string;
  created_at: string;
  expires_at: string;
}

/** Open invitations; accepting or taking back one deletes it. */
export interface InvitationsTable {
  id: string;
  token_hash: string;
  org_id: string;
  email: string;
  role: Role;
  invited_by: string;
  created_at: string;
  expires_at: string;
}

/** What the sign-in log records. Source: R15. */
export const signInEvents = [
  "success",
  "failure",
  "lockout",
  "refresh",
  "sign_out",
  "sign_out_all",
  "session_ended",
  "verified",
  "password_changed",
  "password_reset",
] as const;

export type SignInEvent = (typeof signInEvents)[number];

/** The sign-in log: the only place with network addresses, devices and browsers. Source: R15, R16. */
export interface SignInsTable {
  id: Generated<number>;
  /** null when nobody has the address that was tried. */
  user_id: string | null;
  session_id: string | null;
  at: string;
  event: SignInEvent;
  /** Whole for 90 days, then its network, such as `192.0.2.0/24`. */
  ip: string | null;
  /** What the browser says of itself, at most 200 characters. */
  agent: string | null;
}

/** The tables of main.db. */
export interface MainTables {
  users: UsersTable;
  organisations: OrganisationsTable;
  memberships: MembershipsTable;
  role_changes: RoleChangesTable;
  sessions: SessionsTable;
  ended_sessions: EndedSessionsTable;
  account_tokens: AccountTokensTable;
  invitations: InvitationsTable;
  sign_ins: SignInsTable;
}
