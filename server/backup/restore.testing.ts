// Owns what the tests of restores stand on: a stopped server, a backup of it, and what happened after that backup.
// Never restores anything itself.
import { rmSync } from "node:fs";
import type { DocId } from "../../shared/document.ts";
import { subjectOf } from "../../shared/document.ts";
import type { Member, TestServer } from "../testing.ts";
import { makeStage, putPeople } from "./testing.ts";
import type { Stage } from "./testing.ts";

/** When and by which rule somebody was erased after the backup. */
export const ERASED = { at: "2026-03-01T09:00:00.000Z", rule: "cus.lead" };

/** One backup, and who and what there was before and after it. */
export type Aftermath = {
  readonly stage: Stage;
  readonly owner: Member;
  /** A manager at the backup, a viewer after it. */
  readonly manager: Member;
  /** Left after the backup. */
  readonly leaver: Member;
  /** Joined after the backup. */
  readonly joiner: Member;
  readonly kept: DocId;
  /** Erased after the backup. */
  readonly gone: DocId;
  /** Made after the backup. */
  readonly late: DocId;
  readonly history: string;
  /** A copy of all of it; `empty` leaves only the backup and the key. */
  readonly copy: (options?: { readonly empty?: boolean }) => Stage;
  /** Removes the copies. */
  readonly clear: () => void;
};

/** Makes the stage of a restore. */
export async function makeAftermath(): Promise<Aftermath> {
  const stage = makeStage();
  const server = await stage.start();
  const owner = await server.owner("ada@example.com");
  const manager = await server.invite(owner, "ben@example.com", "manager");
  const leaver = await server.invite(owner, "eda@example.com", "assistant");
  const [kept, gone] = await putPeople(owner, ["Kalan", "Silinecek"]);
  const made = await stage.backUp();
  const [late] = await putPeople(owner, ["Sonra gelen"]);
  if (!made.ok || kept === undefined || gone === undefined || late === undefined) throw new Error("no stage");

  const joiner = await server.invite(owner, "cem@example.com", "assistant");
  const team = `/api/orgs/${owner.orgId}/members`;
  await owner.fetch(`${team}/${leaver.userId}`, { method: "DELETE" });
  const body = JSON.stringify({ role: "viewer" });
  const headers = { "content-type": "application/json" };
  await owner.fetch(`${team}/${manager.userId}`, { method: "PATCH", body, headers });
  const storage = await server.running.organisations.open(owner.orgId);
  await storage?.eraseSubject(subjectOf(gone) ?? "", ERASED.rule, ERASED.at);
  const history = storage?.history ?? "";
  await server.close();
  return { stage, owner, manager, leaver, joiner, kept, gone, late, history, ...copies(stage) };
}

function copies(stage: Stage): Pick<Aftermath, "copy" | "clear"> {
  const made: Stage[] = [];
  const copy: Aftermath["copy"] = ({ empty = false } = {}) => {
    const copied = stage.copy();
    made.push(copied);
    if (empty) rmSync(copied.env["DATA_DIR"] ?? "", { recursive: true });
    return copied;
  };
  const clear = (): void => {
    for (const each of made.splice(0)) each.dispose();
  };
  return { copy, clear };
}

/** Starts a server on a stage for as long as something runs. */
export async function onServer(stage: Stage, run: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await stage.start();
  try {
    await run(server);
  } finally {
    await server.close();
  }
}
