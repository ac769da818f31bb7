// Owns how one document comes back from a backup into the running studio: read here, merged there as an ordinary accepted change.
// Never writes past the server: its check, its limits and its tombstones hold for a backup too.
import { join } from "node:path";
import * as v from "valibot";
import { isDocId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { Keyring } from "../keyring.ts";
import type { Folders } from "../organisations.files.ts";
import type { Hub } from "../sync/hub.ts";
import type { BackedUp } from "../storage.ts";
import type { Outcome, Room } from "../sync/room.ts";
import type { Tenant } from "../sync/tenant.ts";
import { checkBackup, openDocument } from "./check.ts";
import { attempt, backupError, stop, valueOf } from "./errors.ts";
import type { BackupError } from "./errors.ts";
import { askServer } from "./operator.ts";
import type { Operate } from "./operator.ts";
import { dataName, keysName, lookInto } from "./source.ts";

const docId = v.custom<DocId>((text) => typeof text === "string" && isDocId(text));

/** Bytes as JSON carries them. */
const bytes = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text): Uint8Array => Buffer.from(text, "base64")),
);

const base64 = (plain: Uint8Array): string => Buffer.from(plain).toString("base64");

const questionSchema = v.strictObject({
  command: v.literal("bringDocument"),
  org: v.string(),
  doc: docId,
  state: bytes,
  key: v.strictObject({ id: v.string(), kekVersion: v.number(), wrapped: bytes }),
});

const answerSchema = v.variant("kind", [
  v.strictObject({ kind: v.picklist(["brought", "mended", "unchanged"]) }),
  v.strictObject({ kind: v.picklist(["erased", "refused", "failed"]), reason: v.optional(v.string()) }),
]);

type Answer = v.InferOutput<typeof answerSchema>;

/** A document, and the backup it is to come from. `name` is `<studio>/<document>`. */
export type Wanted = {
  readonly folders: Folders;
  readonly folder: string;
  readonly keyring: Keyring;
  readonly set?: string | undefined;
  readonly name: string;
};

/**
 * Merges a document of a backup into the running studio, and mends it first when it cannot be read there. Rule: BK13.
 * Fails: `not_in_backup`, `erased`, `refused`, `server_not_running`, `failed`, and what the check of the backup says.
 */
export const restoreDocument = (wanted: Wanted): Promise<Result<Brought, BackupError>> =>
  attempt(async () => {
    const { org, doc, backup } = await findDocument(wanted);
    const key = { ...backup.key, wrapped: base64(backup.key.wrapped) };
    const question = { command: "bringDocument", org, doc, state: base64(backup.state), key };
    const answer = v.parse(answerSchema, valueOf(await askServer(wanted.folders.dataDir, question)));
    return valueOf(toResult(answer));
  });

/** What became of a document: something of it was lost, it could not be read, or all of it was there. */
export type Brought = "brought" | "mended" | "unchanged";

function toResult(answer: Answer): Result<Brought, BackupError> {
  if (answer.kind === "brought" || answer.kind === "mended" || answer.kind === "unchanged") return ok(answer.kind);
  return err(backupError(answer.kind, "reason" in answer ? answer.reason : undefined));
}

type Found = { readonly org: string; readonly doc: DocId; readonly backup: BackedUp };

async function findDocument({ folder, keyring, set, name }: Wanted): Promise<Found> {
  const [, org = "", doc = ""] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  const checked = valueOf(await checkBackup({ folder, keyring }, set));
  if (!isDocId(doc) || !checked.studios.includes(org)) return stop("not_in_backup", name);
  const isErased = checked.register.documents.some((entry) => entry.org === org && entry.doc === doc);
  if (isErased) return stop("erased");
  const keys = join(checked.keys, keysName(org));
  const data = join(checked.data, dataName(org));
  const backup = lookInto(data, (db) => openDocument({ db, org, doc }, { keys, keyring }));
  return backup === null ? stop("not_in_backup", name) : { org, doc, backup };
}

/** Who brings a document back: nobody's name, so that only members' own names pass. */
const BY_OPERATOR = "operator";

/** Answers commands in the server. Shape: a question of `restoreDocument`. Throws: on anything else. Rule: BK13. */
export const createOperate =
  (hub: Hub): Operate =>
  async (question) => {
    const { org, doc, state, key } = v.parse(questionSchema, question);
    return bring(hub, { org, doc, backup: { state, key } }) satisfies Promise<Answer>;
  };

async function bring(hub: Hub, { org, doc, backup }: Found): Promise<Answer> {
  const tenant = await hub.tenant(org);
  if (tenant === null) return { kind: "failed", reason: "not_found" };
  const mended = await tenant.storage.mend(doc, backup);
  // Hint: a room that was open still stands on what lies no longer on the disk.
  if (mended === "state") tenant.drop(doc, { type: "later" });
  const answer = await merge(hub, tenant, { doc, state: backup.state });
  if (answer.kind === "brought") hub.onBrought?.(org, 1);
  return answer.kind === "unchanged" && (mended === "key" || mended === "state") ? { kind: "mended" } : answer;
}

type Merging = { readonly doc: DocId; readonly state: Uint8Array };

async function merge(hub: Hub, tenant: Tenant, { doc, state }: Merging): Promise<Answer> {
  const room = await tenant.room(doc);
  if (!room.ok) {
    return room.error.type === "erased" ? { kind: "erased" } : { kind: "failed", reason: room.error.type };
  }
  const members = await hub.sessions.everMembers(tenant.org);
  const before = room.value.version;
  const outcome = await new Promise<Outcome>((settle) => {
    tenant.submit(room.value, {
      update: state,
      format: "v2",
      author: { member: BY_OPERATOR, mayBring: (by) => members.has(by) },
      maxClientIds: hub.limits.clientIdsPerDocument,
      maxStructs: hub.limits.structsPerDocument,
      from: null,
      settle,
    });
  });
  return answerOf(outcome, { room: room.value, before });
}

function answerOf(outcome: Outcome, { room, before }: { room: Room; before: number }): Answer {
  if (outcome.kind === "settled") {
    return { kind: room.version === before ? "unchanged" : "brought" };
  }
  if (outcome.kind === "failed") {
    return outcome.error.type === "erased" ? { kind: "erased" } : { kind: "failed", reason: outcome.error.type };
  }
  return { kind: "refused", reason: outcome.kind === "gap" ? "gap" : outcome.refusal.reason };
}
