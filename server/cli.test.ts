// The command line as an operator meets it: what it says, where it says it, and how it ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeStage } from "./backup/testing.ts";

const stage = makeStage();
afterAll(() => stage.dispose());

type Ended = { readonly code: number; readonly out: string; readonly error: string };

/** Runs `lumiso` with arguments over the stage's data. */
async function lumiso(...args: string[]): Promise<Ended> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [join(import.meta.dirname, "cli.ts"), ...args], {
    env: { ...stage.env, PATH, NODE_COMPILE_CACHE },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", error: "" };
  child.stdout.on("data", (bytes: Buffer) => (said.out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (said.error += bytes.toString()));
  const [code] = await once(child, "close");
  return { code: Number(code), ...said };
}

test("[BK6] ends with 2 and its usage when asked wrongly, with 1 and the reason when it cannot", async () => {
  const wrong = [["backup"], ["nonsense", "x"], ["backup", "--nonsense", "x"]];
  const ended = await Promise.all(wrong.map((args) => lumiso(...args)));
  for (const { code, out, error } of ended)
    expect([code, out, error]).toEqual([2, "", expect.stringContaining("lumiso backup <folder>")]);
  expect(await lumiso("backup", stage.folder)).toMatchObject({ code: 1, error: expect.stringContaining("key") });
  mkdirSync(stage.root, { recursive: true });
  writeFileSync(`${stage.env["DATA_DIR"]}.kek`, `1:${Buffer.alloc(32, 1).toString("base64")}\n`);
  expect(await lumiso("backup", stage.folder)).toMatchObject({ code: 1, error: expect.stringContaining("no data") });
  expect(await lumiso("register", join(stage.root, "register"))).toMatchObject({ code: 1, out: "" });
}, 60_000);

test("[BK5] [BK8] a check notices a missed backup, a register a folder that is not there", async () => {
  const server = await stage.start();
  await server.owner("ada@example.com");
  const made = await stage.backUp({ clock: () => Date.now() - 30 * 60 * 60 * 1000 });
  await server.close();
  expect(made.ok).toBe(true);
  expect(await lumiso("backup", "--check", stage.folder)).toMatchObject({
    code: 0,
    out: expect.stringContaining("is valid"),
  });
  const nowhere = await lumiso("register", join(stage.root, "not mounted", "register"));
  expect(nowhere).toMatchObject({ code: 1, out: "", error: expect.stringContaining("folder") });
  const missed = await lumiso("backup", "--check", "--within", "26", stage.folder);
  expect(missed).toMatchObject({ code: 1, out: "", error: expect.stringContaining("too old") });
}, 60_000);
