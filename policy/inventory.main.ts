// Owns the classes of every column of main.db: accounts, memberships, sessions, the sign-in log.
// Never imports the server: server/inventory.test.ts compares these names with its tables, both ways.
import { nonPersonal, personal } from "./entry.ts";
import type { About, StoreEntry } from "./entry.ts";

const ofAccounts = {
  subject: "user",
  controller: "operator",
  source: "user_entered",
  purposes: [{ id: "p3.1.1", basis: "contract" }],
  retention: ["acc.identity"],
  recipients: ["hosting"],
} as const satisfies About;

const ofAccess = {
  ...ofAccounts,
  source: "generated",
  purposes: [{ id: "p3.2.1", basis: "contract" }],
  retention: ["acc.roles"],
} as const satisfies About;

const ofSecrets = { ...ofAccess, retention: ["acc.secrets"] } as const satisfies About;

const userId = personal("2.1.4", "keep");
const role = personal("2.1.5", "keep");
const tokenHash = personal("2.1.4", "hide");
const made = { created_at: personal("2.3.2", "keep"), expires_at: nonPersonal("set by a rule, equal for everybody") };

/** The tables of main.db. Rule: IN3. Source: server/tables.ts. */
export const mainTables = {
  users: {
    ...ofAccounts,
    fields: {
      id: userId,
      email: personal("2.1.2", "email"),
      name: personal("2.1.1", "initials"),
      phone: personal("2.1.3", "phone"),
      locale: { ...personal("2.1.4", "keep"), retention: "acc.settings" },
      password_hash: { ...personal("2.1.4", "hide"), retention: "acc.secrets" },
      verified_at: personal("2.3.2", "keep"),
      created_at: personal("2.3.2", "keep"),
    },
  },
  organisations: {
    ...ofAccounts,
    fields: {
      id: nonPersonal("random id of a studio"),
      // A sole trader's studio often bears the trader's name.
      name: personal("2.1.4", "initials"),
      created_at: nonPersonal("when the studio was opened"),
    },
  },
  memberships: {
    ...ofAccess,
    fields: {
      org_id: personal("2.1.5", "keep"),
      user_id: userId,
      role,
      colour: nonPersonal("drawn by the server"),
      access: nonPersonal("running number"),
      joined_at: personal("2.1.5", "keep"),
      ended_at: personal("2.1.5", "keep"),
    },
  },
  role_changes: {
    ...ofAccess,
    fields: {
      id: nonPersonal("running number"),
      org_id: personal("2.1.5", "keep"),
      user_id: userId,
      role,
      by_user_id: personal("2.3.1", "keep"),
      at: personal("2.1.5", "keep"),
    },
  },
  sessions: {
    ...ofSecrets,
    fields: { token_hash: tokenHash, id: personal("2.3.2", "keep"), user_id: userId, ...made },
  },
  ended_sessions: {
    ...ofSecrets,
    fields: {
      token_hash: tokenHash,
      user_id: userId,
      why: personal("2.3.2", "keep"),
      expires_at: nonPersonal("set by a rule, equal for everybody"),
    },
  },
  account_tokens: {
    ...ofSecrets,
    fields: { token_hash: tokenHash, kind: nonPersonal("what the link is for"), user_id: userId, ...made },
  },
  invitations: {
    ...ofSecrets,
    purposes: [{ id: "p3.1.1", basis: "contract" }],
    recipients: ["hosting", "messaging"],
    fields: {
      id: nonPersonal("random id of an invitation"),
      token_hash: tokenHash,
      org_id: personal("2.1.5", "keep"),
      email: personal("2.1.2", "email"),
      role,
      invited_by: personal("2.3.1", "keep"),
      ...made,
    },
  },
  sign_ins: {
    ...ofAccess,
    purposes: [
      { id: "p3.2.1", basis: "legitimate_interest" },
      { id: "p3.2.2", basis: "legitimate_interest" },
      { id: "p3.4.3", basis: "legal_claim" },
    ],
    retention: ["log.session"],
    fields: {
      id: nonPersonal("running number"),
      user_id: personal("2.3.2", "keep"),
      session_id: personal("2.3.2", "keep"),
      at: personal("2.3.2", "keep"),
      event: personal("2.3.2", "keep"),
      ip: personal("2.3.3", "network"),
      agent: personal("2.3.3", "hide"),
    },
  },
} as const satisfies Readonly<Record<string, StoreEntry>>;
