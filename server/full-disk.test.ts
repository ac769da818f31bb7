// A whole server on a disk that is full: a small file system of its own, filled to its last byte and emptied again.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { docId } from "../shared/document.ts";
import { writeSync } from "../shared/protocol.ts";
import { startServerProcess } from "./durability/process.testing.ts";
import type { ServerProcess } from "./durability/process.testing.ts";
import { openParts } from "./storage.sqlite.open.ts";
import { commitChanges } from "./storage.sqlite.commit.ts";
import { creation, person } from "./storage.contract.documents.ts";
import { createWorkshop } from "./storage.sqlite.testing.ts";
import { change, putContact } from "./sync/testing.ts";
import { signUpOwner } from "./testing.ts";
import type { Member } from "./testing.ts";

/** Starts a program with a file system of 8 MB at a folder, which nobody else sees. Source: unshare(1), mount(8). */
const launcher = (folder: string): [string, ...string[]] => [
  "unshare",
  ...["--user", "--map-root-user", "--mount", "sh", "-c"],
  ...['mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"', folder],
];

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "lumiso-mount-"));
  const [program, ...args] = launcher(folder);
  const { status } = spawnSync(program, [...args, "true"]);
  rmSync(folder, { recursive: true });
  return status === 0;
}

/** Who a member's update is by, as a device sends it. */
function newContact(member: Member): { doc: ReturnType<typeof docId>; update: Uint8Array } {
  const update = change(new Y.Doc(), (ydoc) => putContact(ydoc, "A".repeat(150), member.userId));
  return { doc: docId("contact", crypto.randomUUID()), update: Y.convertUpdateFormatV1ToV2(update) };
}

describe.runIf(process.platform === "linux" && canMount())("a disk without room", () => {
  let folder: string;
  let server: ServerProcess;
  let owner: Member;
  let filler: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "lumiso-full-"));
    const LIMITS = JSON.stringify({ healthMs: 20, diskFreeBytes: 1 });
    server = await startServerProcess({ dataDir: join(folder, "data"), env: { LIMITS }, launcher: launcher(folder) });
    filler = `/proc/${server.pid}/root${folder}/filler`;
    owner = await signUpOwner(server, { email: "ada@example.com" });
  });

  afterEach(async () => {
    await server.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  const healthOf = async (): Promise<string> => (await fetch(`${server.url}/healthz`)).text();

  /** Pushes new people until the server takes no more; answers with what was acknowledged, with what was not, and why. */
  async function pushUntilFull() {
    const acknowledged: string[] = [];
    for (;;) {
      const refused = newContact(owner);
      const [result] = await owner.push([refused]);
      if (result === undefined || "error" in result) return { acknowledged, refused, why: result?.error.type };
      acknowledged.push(refused.doc);
    }
  }

  test("[OB5][SY8] acknowledges nothing more, loses nothing it has, and goes on by itself when there is room", async () => {
    const open = docId("contact", crypto.randomUUID());
    const socket = new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/${open}?ack=1`);
    const heard: number[] = [];
    socket.on("message", (data: Buffer) => heard.push(data[0] ?? -1));
    const closed = once(socket, "close");
    await once(socket, "message");
    const first = newContact(owner);
    expect(await owner.push([first])).toMatchObject([{ doc: first.doc }]);

    expect(() => writeFileSync(filler, Buffer.alloc(16 * 1024 * 1024))).toThrow("ENOSPC");
    const { acknowledged, refused, why } = await pushUntilFull();
    expect(why).toBe("later");
    const update = change(new Y.Doc(), (ydoc) => putContact(ydoc, "A".repeat(150), owner.userId));
    socket.send(writeSync("update", update) as Uint8Array<ArrayBuffer>);
    expect((await closed)[0]).toBe(4503);
    expect(heard).not.toContain(100);
    expect(await healthOf()).toMatch(/"reason":"(?:database|disk)"/);
    expect((await owner.changes("after=0")).entries.map(({ doc }) => doc)).toContain(first.doc);
    expect(server.problems.join("\n")).toContain("SQLITE_FULL");

    rmSync(filler);
    expect(await owner.push([refused])).toMatchObject([{ doc: refused.doc }]);
    while ((await healthOf()) !== '{"ok":true}');
    const stored = (await owner.changes("after=0&limit=500")).entries.map(({ doc }) => doc);
    expect(stored).toEqual(expect.arrayContaining([first.doc, ...acknowledged, refused.doc]));
    expect(stored).not.toContain(open);
  }, 60_000);
});

test("[ST6] a commit that finds no page free stores nothing, and succeeds when there is one", async () => {
  const workshop = createWorkshop("full");
  const parts = await openParts(workshop.options, { create: true });
  const changes = Array.from({ length: 20 }, (_, number) => creation(person(number), "x".repeat(5000)));
  const pages = Number(parts.data.pragma("page_count", { simple: true }));
  parts.data.pragma(`max_page_count = ${pages + 3}`);
  expect(() => commitChanges(changes, parts)).toThrow(expect.objectContaining({ code: "SQLITE_FULL" }));
  expect(parts.data.inTransaction).toBe(false);
  expect(parts.statements.counters.get()?.seq).toBe(0);
  parts.data.pragma(`max_page_count = ${pages + 1000}`);
  expect(commitChanges(changes, parts).map(({ kind }) => kind)).toEqual(changes.map(() => "committed"));
  parts.data.close();
  parts.keyFile.close();
  workshop.dispose();
});
