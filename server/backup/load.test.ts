// Backups by a process of their own while a server takes writes and erases: each restores to at least what was acknowledged before it
// began, every document can be opened, nothing erased returns, and devices push back what came after.
// BACKUPS=20 makes a long run of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import { writeUpdates } from "../../shared/protocol.ts";
import { isStorageError } from "../storage.ts";
import { emptyDocument } from "../sync/apply.ts";
import { change } from "../sync/testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { makeStage, newContact, signInAgain } from "./testing.ts";
import type { Stage } from "./testing.ts";

const BACKUPS = Number(process.env["BACKUPS"] ?? "2");
const WRITERS = 4;

/** A document as its device has it, and how many of its edits were acknowledged. */
type Held = { readonly doc: DocId; readonly ydoc: Y.Doc; edits: number; acknowledged: number };

type Writing = { readonly held: Map<DocId, Held>; readonly erased: Set<DocId>; isOver: boolean };

test("[BK1] [BK5] [BK10] [UP6] backups under load hold what was acknowledged, and devices bring back the rest", async () => {
  const stage = makeStage();
  const server = await stage.start();
  const owner = await server.owner("ada@example.com");
  const writing: Writing = { held: new Map(), erased: new Set(), isOver: false };
  const writers = Array.from({ length: WRITERS }, () => write(owner, writing));
  const erasing = erase(server, owner, writing);

  const sets: { name: string; before: Map<DocId, number> }[] = [];
  for (let made = 0; made < BACKUPS; made += 1) {
    await expect.poll(() => writing.held.size, { timeout: 30_000 }).toBeGreaterThan(40 * (made + 1));
    const before = new Map([...writing.held.values()].map(({ doc, acknowledged }) => [doc, acknowledged]));
    sets.push({ name: await backUp(stage), before });
  }
  writing.isOver = true;
  await Promise.all([...writers, erasing]);
  await server.close();
  expect(writing.erased.size).toBeGreaterThan(0);

  for (const { name, before } of sets) {
    const copy = stage.copy();
    const restored = await copy.restore({ set: name, replace: true });
    expect(restored).toMatchObject({ ok: true });
    await compare(copy, { owner, writing, before });
    copy.dispose();
  }
  stage.dispose();
}, 600_000);

/** Makes and edits people until it is over, and counts what the server acknowledged. */
async function write(owner: Member, writing: Writing): Promise<void> {
  const mine: Held[] = [];
  for (let turn = 0; !writing.isOver; turn += 1) {
    const { doc, ydoc } = newContact(owner.userId, "0");
    mine.push({ doc, ydoc, edits: 0, acknowledged: -1 });
    const edited = mine.filter((_held, index) => index === mine.length - 1 || index % 7 === turn % 7);
    for (const held of edited) edit(held);
    const pushed = edited.map((held) => ({ held, edits: held.edits }));
    const updates = edited.map((held) => ({ doc: held.doc, update: Y.encodeStateAsUpdateV2(held.ydoc) }));
    const results = await owner.push(updates);
    for (const [index, { held, edits }] of pushed.entries()) {
      const result = results[index];
      if (result !== undefined && "seq" in result) {
        held.acknowledged = edits;
        writing.held.set(held.doc, held);
      }
    }
  }
}

const edit = (held: Held): void => {
  held.edits += 1;
  const self = held.ydoc.getMap("contact").get("self");
  change(held.ydoc, () => (self instanceof Y.Map ? self.set("name", String(held.edits)) : undefined));
};

/** Erases somebody now and then, also while a backup reads. */
async function erase(server: TestServer, owner: Member, writing: Writing): Promise<void> {
  const storage = await server.running.organisations.open(owner.orgId);
  while (!writing.isOver) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const doc = [...writing.held.keys()].find((each) => !writing.erased.has(each));
    if (doc === undefined) continue;
    writing.erased.add(doc);
    try {
      await storage?.erase([doc], "cus.lead", "2026-03-01T09:00:00.000Z");
    } catch (error) {
      // Hint: a backup that reads just now; the next erasure or start finishes it (ST16).
      if (!isStorageError(error) || error.type !== "erasure_pending") throw error;
    }
  }
}

/** Makes a backup as an operator does; answers with the name of its set. */
async function backUp(stage: Stage): Promise<string> {
  const script = join(import.meta.dirname, "../cli.ts");
  const child = spawn(process.execPath, [script, "backup", stage.folder], {
    env: { ...stage.env, PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const [code] = await once(child, "close");
  expect([code, said]).toEqual([0, expect.stringContaining("backup ")]);
  return /backup (\S+):/.exec(said)?.[1] ?? "";
}

type Expected = {
  readonly owner: Member;
  readonly writing: Writing;
  readonly before: ReadonlyMap<DocId, number>;
};

async function compare(stage: Stage, { owner, writing, before }: Expected): Promise<void> {
  const server = await stage.start();
  const again = await signInAgain(server, owner);
  const found = await allOf(again);
  const lost = [...before].filter(([doc, edits]) => !writing.erased.has(doc) && !(Number(found.get(doc)) >= edits));
  expect(lost).toEqual([]);
  expect([...writing.erased].filter((doc) => found.get(doc) !== "erased")).toEqual([]);

  const held = [...writing.held.values()];
  const updates = held.map(({ doc, ydoc }) => ({ doc, update: Y.encodeStateAsUpdateV2(ydoc) }));
  for (let start = 0; start < updates.length; start += 200) {
    const body = Buffer.from(writeUpdates(updates.slice(start, start + 200)));
    await again.fetch(`/api/orgs/${again.orgId}/updates?restoring=1`, { method: "POST", body });
  }
  const after = await allOf(again);
  const differs = held.filter(
    ({ doc, edits }) => after.get(doc) !== (writing.erased.has(doc) ? "erased" : String(edits)),
  );
  expect(differs.map(({ doc, edits }) => [doc, edits, after.get(doc)])).toEqual([]);
  await server.close();
}

/** The name in every contact of the studio, or `erased`. */
async function allOf(member: Member): Promise<Map<DocId, string>> {
  const names = new Map<DocId, string>();
  for (let after = 0; ;) {
    const { entries, next } = await member.changes(`after=${after}`);
    if (entries.length === 0) return names;
    for (const entry of entries)
      names.set(entry.doc, entry.kind === "state" ? nameIn(entry.doc, entry.state) : entry.kind);
    after = next;
  }
}

function nameIn(doc: DocId, state: Uint8Array): string {
  const ydoc = emptyDocument(doc);
  Y.applyUpdateV2(ydoc, state);
  const self = ydoc.getMap("contact").get("self");
  return self instanceof Y.Map ? String(self.get("name")) : "";
}
