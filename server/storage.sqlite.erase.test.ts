// Shows what an erasure leaves on disk, after a stop at each of its steps, and while somebody else is reading.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqlite } from "./sqlite.ts";
import { creation, person, stateOf } from "./storage.contract.documents.ts";
import type { StorageStep } from "./storage.sqlite.parts.ts";
import { createWorkshop, filesWith, sealedState, wrappedKey } from "./storage.sqlite.testing.ts";
import type { Workshop } from "./storage.sqlite.testing.ts";
import type { DocumentStorage } from "./storage.ts";

const AT = "2026-01-15T09:00:00.000Z";
const SOON = { attempts: 3, waitMs: 1 };

describe("erasure on SQLite", () => {
  let workshop: Workshop;
  const copies: Workshop[] = [];
  beforeEach(() => {
    workshop = createWorkshop("erasure");
  });
  afterEach(() => {
    for (const each of [workshop, ...copies.splice(0)]) each.dispose();
  });

  const rowOf = (where: Workshop, doc: string) =>
    where.inFile(where.files.data, (db) =>
      db.prepare("SELECT rule, at, status FROM tombstones WHERE doc = ?").get(doc),
    );

  /** Writes a document several times and answers with every byte sequence that it ever was on disk. */
  const writeOften = async (storage: DocumentStorage, number: number): Promise<Buffer[]> => {
    const doc = person(number);
    await storage.commit([creation(doc, "version 0 ".repeat(900))]);
    const traces = [sealedState(workshop, doc), wrappedKey(workshop, doc)];
    for (let version = 1; version <= 5; version += 1) {
      await storage.commit([
        { doc, state: stateOf(`version ${version} `.repeat(900 - 100 * version)), expectedVersion: version },
      ]);
      traces.push(sealedState(workshop, doc));
    }
    return traces;
  };
  // Hint: a page keeps a large value in pieces; the middle 64 bytes of each kilobyte are surely in one of them.
  const needlesOf = (trace: Buffer): Buffer[] =>
    Array.from({ length: Math.ceil(trace.length / 1024) }, (_, piece) =>
      trace.subarray(piece * 1024 + 16, piece * 1024 + 76),
    ).filter((needle) => needle.length >= 16);

  it("[ST15] leaves no byte sequence of any state or key in any file", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(8), "before"), creation(person(9), "after")]);
    const traces = await writeOften(storage, 1);
    const others = [sealedState(workshop, person(8)), wrappedKey(workshop, person(9))];
    const needles = traces.flatMap(needlesOf);
    expect(needles.some((needle) => filesWith(workshop.folders, needle).length > 0)).toBe(true);
    await storage.erase([person(1)], "R1", AT);
    for (const needle of needles) expect(filesWith(workshop.folders, needle)).toEqual([]);
    for (const other of others) expect(filesWith(workshop.folders, other)).not.toEqual([]);
    await storage.close();
    for (const needle of needles) expect(filesWith(workshop.folders, needle)).toEqual([]);
  });

  it("[ST14] empties both WALs before it says done", async () => {
    const sizes: number[][] = [];
    const storage = await workshop.create({
      step: (step) => {
        if (step === "wals_emptied")
          sizes.push([workshop.files.data, workshop.files.keys].map((path) => statSync(`${path}-wal`).size));
      },
    });
    await storage.commit([creation(person(1))]);
    await storage.erase([person(1)], "R1", AT);
    expect(sizes).toEqual([[0, 0]]);
    expect(rowOf(workshop, person(1))).toEqual({ rule: "R1", at: AT, status: "done" });
  });

  it("[ST10] keeps rule and date of the first erasure", async () => {
    const storage = await workshop.create();
    await storage.erase([person(1)], "R1", AT);
    await storage.erase([person(1)], "R2", "2027-01-01T00:00:00.000Z");
    expect(rowOf(workshop, person(1))).toEqual({ rule: "R1", at: AT, status: "done" });
  });

  it("[ST14] finishes at the next start whatever step it stopped after", async () => {
    const states: [StorageStep, Workshop][] = [];
    const storage = await workshop.create({ step: (step) => states.push([step, workshop.copy()]) });
    const traces = await writeOften(storage, 1);
    for (const [, copy] of states.splice(0)) copy.dispose();
    await storage.erase([person(1)], "R1", AT);
    copies.push(...states.map(([, copy]) => copy));
    expect(states.map(([step]) => step)).toEqual([
      "tombstones_written",
      "keys_destroyed",
      "wals_emptied",
      "erasure_done",
    ]);
    for (const [step, copy] of states) {
      expect([step, rowOf(copy, person(1))]).toMatchObject([
        step,
        { status: step === "erasure_done" ? "done" : "pending" },
      ]);
      const opened = await copy.open();
      expect(await opened.read(person(1))).toMatchObject({ kind: "erased" });
      expect(rowOf(copy, person(1))).toMatchObject({ status: "done", at: AT });
      for (const needle of traces.flatMap(needlesOf)) expect(filesWith(copy.folders, needle)).toEqual([]);
    }
  });

  it("[ST16] waits for a reader and finishes when it has gone", async () => {
    const reader = await readerOf(workshop);
    const steps: StorageStep[] = [];
    const storage = await workshop.open({
      patience: { attempts: 50, waitMs: 1 },
      step: (step) => {
        steps.push(step);
        if (steps.filter((each) => each === "wal_busy").length === 2 && reader.open) reader.close();
      },
    });
    await storage.erase([person(1)], "R1", AT);
    expect(steps.filter((step) => step !== "wal_busy")).toEqual([
      "tombstones_written",
      "keys_destroyed",
      "wals_emptied",
      "erasure_done",
    ]);
    expect(steps.filter((step) => step === "wal_busy")).toHaveLength(2);
  });

  it("[ST16] gives up after its attempts, stays pending, and a repeat finishes", async () => {
    const reader = await readerOf(workshop);
    const storage = await workshop.open({ patience: SOON });
    await expect(storage.erase([person(1)], "R1", AT)).rejects.toMatchObject({ type: "erasure_pending" });
    expect(await storage.read(person(1))).toMatchObject({ kind: "erased" });
    expect(await storage.commit([creation(person(1))])).toEqual([{ kind: "erased" }]);
    expect(rowOf(workshop, person(1))).toMatchObject({ status: "pending" });
    reader.close();
    await storage.erase([person(1)], "R2", "2027-01-01T00:00:00.000Z");
    expect(rowOf(workshop, person(1))).toEqual({ rule: "R1", at: AT, status: "done" });
  });

  it("[ST14] opens with an alarm while a reader keeps an erasure from being finished", async () => {
    const reader = await readerOf(workshop);
    const first = await workshop.open({ patience: SOON });
    await expect(first.erase([person(1)], "R1", AT)).rejects.toMatchObject({ type: "erasure_pending" });
    const second = await workshop.open({ patience: SOON });
    expect(workshop.alarms).toEqual([{ type: "erasure_pending", org: "org-one-1" }]);
    expect(await second.read(person(1))).toMatchObject({ kind: "erased" });
    reader.close();
  });

  it("[ST26] waits for a running erasure when it closes", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1))]);
    const erased = storage.erase([person(1)], "R1", AT);
    await storage.close();
    await erased;
    expect(rowOf(workshop, person(1))).toMatchObject({ status: "done" });
  });

  const kills: [StorageStep, string[], string][] = [
    ["keys_written", ["first"], "state absent state"],
    ["states_written", ["first"], "state absent state"],
    ["committed", ["first"], "state state state"],
    ["tombstones_written", ["first", "second"], "state state erased"],
    ["keys_destroyed", ["first", "second"], "state state erased"],
    ["wals_emptied", ["first", "second"], "state state erased"],
    ["erasure_done", ["first", "second"], "state state erased"],
  ];
  it.each(kills)(
    "[ST7] [ST14] [K3] keeps what it answered when killed at %s",
    async (step, answers, kinds) => {
      const root = mkdtempSync(join(tmpdir(), "lumiso-killed-"));
      expect(await runKilled(root, step)).toEqual(answers);
      const killed = createWorkshop("after the kill", root);
      copies.push(killed);
      const storage = await killed.open();
      const found = await Promise.all([1, 3, 2].map((number) => storage.read(person(number))));
      expect(found.map(({ kind }) => kind).join(" ")).toBe(kinds);
      expect(found[0]).toMatchObject({ state: stateOf(found[1]?.kind === "state" ? "kept twice" : "kept") });
      expect((await storage.commit([creation(person(3), "again")]))[0]?.kind).toBe(
        found[1]?.kind === "absent" ? "committed" : "conflict",
      );
      const finished = { rule: "R1", at: AT, status: "done" };
      expect(rowOf(killed, person(2))).toEqual(kinds.endsWith("erased") ? finished : undefined);
    },
    30_000,
  );
});

/** A second connection with a read transaction open on the data file, as a backup has. */
async function readerOf(workshop: Workshop): Promise<ReturnType<typeof openSqlite>> {
  const storage = await workshop.create();
  await storage.commit([creation(person(1))]);
  const reader = openSqlite(workshop.files.data, { create: false });
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM documents").get();
  return reader;
}

/** Runs the process that kills itself at a step; answers with the lines that it wrote before. */
async function runKilled(root: string, step: StorageStep): Promise<string[]> {
  const script = join(import.meta.dirname, "storage.sqlite.killed.testing.ts");
  const child = spawn(process.execPath, [script, root, step], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  child.stdout.on("data", (bytes: Buffer) =>
    lines.push(
      ...bytes
        .toString()
        .split("\n")
        .filter((line) => line !== ""),
    ),
  );
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  return lines;
}
