// Owns what the tests of backups stand on: a real server with a studio, people in it, and a folder for its backups.
// Never reaches into the server: what it stores comes over HTTP.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Y from "yjs";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { Result } from "../../shared/result.ts";
import { readEnv } from "../env.ts";
import { emptyDocument } from "../sync/apply.ts";
import { change, putContact } from "../sync/testing.ts";
import { signInMember, startTestServer } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { systemRandom } from "../clock.ts";
import { makeBackup } from "./backup.ts";
import type { BackupOptions, MadeBackup } from "./backup.ts";
import { checkBackup } from "./check.ts";
import type { CheckedSet } from "./check.ts";
import type { BackupError } from "./errors.ts";
import { restoreBackup } from "./restore.ts";
import type { RestoreOptions, RestoreResult } from "./restore.ts";
import { settingsOf } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** A folder with a server's data, one for its backups, and ways to use both. */
export type Stage = {
  readonly root: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly settings: () => Settings;
  readonly start: () => Promise<TestServer>;
  readonly backUp: (changed?: Partial<BackupOptions>) => Promise<Result<MadeBackup, BackupError>>;
  readonly check: (set?: string) => Promise<Result<CheckedSet, BackupError>>;
  readonly restore: (changed?: Partial<RestoreOptions>) => Promise<Result<RestoreResult, BackupError>>;
  /** Another stage with a copy of the data as it is, and of its key; no server may run on it. */
  readonly copy: () => Stage;
  readonly dispose: () => void;
};

/** Makes a stage in a temporary folder. */
export function makeStage(root = mkdtempSync(join(tmpdir(), "lumiso-backup-"))): Stage {
  const folder = join(root, "backup");
  const env = { DATA_DIR: join(root, "data"), LOG_LEVEL: "silent" };
  const settings = (): Settings => {
    const found = settingsOf(readEnv(env));
    if (!found.ok) throw new Error(found.error.type);
    return found.value;
  };
  return {
    root,
    folder,
    env,
    settings,
    start: () => startTestServer({ dataDir: root }),
    backUp: (changed) => makeBackup({ ...settings(), folder, clock: Date.now, random: systemRandom, ...changed }),
    check: (set) => checkBackup({ ...settings(), folder }, set),
    restore: (changed) => restoreBackup({ ...settings(), folder, clock: Date.now, random: systemRandom, ...changed }),
    copy: () => {
      const target = mkdtempSync(join(tmpdir(), "lumiso-backup-"));
      cpSync(root, target, { recursive: true });
      return makeStage(target);
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Signs a member in again, as all must after a restore. */
export const signInAgain = ({ url }: TestServer, { email, userId, orgId }: Member): Promise<Member> =>
  signInMember(url, { email, userId, orgId });

/** A new contact as a device has it. */
export function newContact(by: string, name = "Ayşe"): { doc: DocId; ydoc: Y.Doc; update: Uint8Array } {
  const doc = docId("contact", crypto.randomUUID());
  const ydoc = emptyDocument(doc);
  change(ydoc, () => putContact(ydoc, name, by));
  return { doc, ydoc, update: Y.encodeStateAsUpdateV2(ydoc) };
}

/** Puts people into a member's studio and answers with their documents, once they are on disk. */
export async function putPeople(member: Member, names: readonly string[]): Promise<DocId[]> {
  const people = names.map((name) => newContact(member.userId, name));
  const results = await member.push(people);
  if (results.some((result) => "error" in result)) throw new Error(JSON.stringify(results));
  return people.map(({ doc }) => doc);
}

/** The name in a contact as the server has it; null when there is none, `erased` when it was erased. */
export async function nameOn(member: Member, doc: DocId): Promise<string | null> {
  const [entry] = (await member.changes(`doc=${doc}`)).entries;
  if (entry?.kind === "erased") return "erased";
  if (entry?.kind !== "state") return null;
  const ydoc = emptyDocument(doc);
  Y.applyUpdateV2(ydoc, entry.state);
  const self = ydoc.getMap("contact").get("self");
  return self instanceof Y.Map ? String(self.get("name")) : null;
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted();
}

/** The files below a folder that hold a text or bytes. */
export const filesHolding = (folder: string, needle: string | Buffer): string[] =>
  filesBelow(folder).filter((name) => readFileSync(join(folder, name)).includes(needle));
