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
import type { Outcome, Room } from "../sync/room.ts";
import { checkBackup, openState } from "./check.ts";
import { attempt, backupError, stop, valueOf } from "./errors.ts";
import type { BackupError } from "./errors.ts";
import { askServer } from "./operator.ts";
import type { Operate } from "./operator.ts";
import { dataName, keysName, lookInto } from "./source.ts";

const docId = v.custom<DocId>((text) => typeof text === "string" && isDocId(text));

const questionSchema = v.strictObject({
  command: v.literal("bringDocument"),
  org: v.string(),
  doc: docId,
  state: v.pipe(v.string(), v.base64()),
});

const answerSchema = v.variant("kind", [
  v.strictObject({ kind: v.literal("brought"), seq: v.number() }),
  v.strictObject({ kind: v.literal("unchanged") }),
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
 * Merges a document of a backup into the running studio; true when that changed something. Rule: BK13.
 * Fails: `not_in_backup`, `erased`, `refused`, `server_not_running`, `failed`, and what the check of the backup says.
 */
export const restoreDocument = (wanted: Wanted): Promise<Result<boolean, BackupError>> =>
  attempt(async () => {
    const { org, doc, state } = await readState(wanted);
    const question = { command: "bringDocument", org, doc, state: Buffer.from(state).toString("base64") };
    const answer = v.parse(answerSchema, valueOf(await askServer(wanted.folders.dataDir, question)));
    return valueOf(toResult(answer));
  });

function toResult(answer: Answer): Result<boolean, BackupError> {
  if (answer.kind === "brought" || answer.kind === "unchanged") return ok(answer.kind === "brought");
  return err(backupError(answer.kind, answer.reason));
}

type Found = { readonly org: string; readonly doc: DocId; readonly state: Uint8Array };

async function readState({ folder, keyring, set, name }: Wanted): Promise<Found> {
  const [, org = "", doc = ""] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  const checked = valueOf(await checkBackup({ folder, keyring }, set));
  if (!isDocId(doc) || !checked.studios.includes(org)) return stop("not_in_backup", name);
  const isErased = checked.register.documents.some((entry) => entry.org === org && entry.doc === doc);
  if (isErased) return stop("erased");
  const keys = join(checked.keys, keysName(org));
  const state = lookInto(join(checked.data, dataName(org)), (db) => openState({ db, org, doc }, { keys, keyring }));
  return state === null ? stop("not_in_backup", name) : { org, doc, state };
}

/** Who brings a document back: nobody's name, so that only members' own names pass. */
const BY_OPERATOR = "operator";

/** Answers commands in the server. Shape: a question of `restoreDocument`. Throws: on anything else. Rule: BK13. */
export const createOperate =
  (hub: Hub): Operate =>
  async (question) => {
    const { org, doc, state } = v.parse(questionSchema, question);
    return bring(hub, { org, doc, state: Buffer.from(state, "base64") }) satisfies Promise<Answer>;
  };

async function bring(hub: Hub, { org, doc, state }: Found): Promise<Answer> {
  const tenant = await hub.tenant(org);
  if (tenant === null) return { kind: "failed", reason: "not_found" };
  const room = await tenant.room(doc);
  if (!room.ok) {
    return room.error.type === "erased" ? { kind: "erased" } : { kind: "failed", reason: room.error.type };
  }
  const members = await hub.sessions.everMembers(org);
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
  const answer = answerOf(outcome, { room: room.value, before });
  if (answer.kind === "brought") hub.onBrought?.(org, 1);
  return answer;
}

function answerOf(outcome: Outcome, { room, before }: { room: Room; before: number }): Answer {
  if (outcome.kind === "settled") {
    return room.version === before ? { kind: "unchanged" } : { kind: "brought", seq: outcome.seq };
  }
  if (outcome.kind === "failed") {
    return outcome.error.type === "erased" ? { kind: "erased" } : { kind: "failed", reason: outcome.error.type };
  }
  return { kind: "refused", reason: outcome.kind === "gap" ? "gap" : outcome.refusal.reason };
}
