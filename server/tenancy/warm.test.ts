// Two studios and the same ids: while one has everything open, the other asks for the same documents in its own name, through every
// door. What a server holds in memory under a key that forgets the studio would come out here.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WebSocket } from "ws";
import { roles } from "../../policy/roles.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { messageKinds, syncKinds, writeSync } from "../../shared/protocol.ts";
import { createDice } from "../demo/random.ts";
import { liftedLimits } from "../limits.testing.ts";
import { startTestServer } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { ask, socketUrl } from "./asking.testing.ts";
import { createLines } from "./lines.testing.ts";
import type { Lines } from "./lines.testing.ts";
import { everythingOf, makeStudio, personUpdate } from "./studios.testing.ts";
import type { TestStudio } from "./studios.testing.ts";

const seed = randomInt(2 ** 31);
const dice = createDice(seed);

let server: TestServer;
let here: TestStudio;
let there: TestStudio;
let open: Lines;

beforeAll(async () => {
  server = await startTestServer({ env: { LIMITS: liftedLimits } });
  here = await makeStudio(server, "burada", dice);
  there = await makeStudio(server, "orada", dice);
  open = createLines({ server, dice, here: there, there: here, hear: () => undefined, count: () => undefined });
  await open.watch(
    there.owner,
    there.docs.map((doc) => `/${doc}`),
  );
  for (const doc of there.docs) await there.owner.changes(`doc=${doc}`);
});

afterAll(async () => {
  await open.close();
  await server.close();
});

const people = (): DocId[] => there.docs.filter((doc) => doc !== "studio");
const like = (doc: DocId): DocId => docId(doc.startsWith("contact/") ? "contact" : "client", dice.uuid());

/** All frames of a room up to the answer to a SyncStep1, and how it ended. */
async function roomOf(member: Member, doc: DocId): Promise<string[]> {
  const socket: WebSocket = new member.WebSocket(socketUrl(server, `/sync/${here.org}/${doc}`));
  const frames: string[] = [];
  socket.on("message", (data: Buffer) => {
    frames.push(data.toString("latin1"));
    if (data[0] === messageKinds.sync && data[1] === syncKinds.step2) socket.close(1000);
  });
  socket.on("open", () => socket.send(writeSync("step1", Uint8Array.of(0))));
  const [code, reason] = (await once(socket, "close")) as [number, Buffer];
  return [...frames, `${code} ${reason.toString()}`];
}

test.each(roles)("[TN7] an id of another studio is like a new one in the feed, to the role %s", async (role) => {
  const member = here.members[role];
  for (const doc of people()) {
    const [known, fresh] = [doc, like(doc)].map((each) => ask(member, `/api/orgs/${here.org}/changes?doc=${each}`));
    const answer = await known;
    expect(answer, `seed ${seed}`).toEqual(await fresh);
    expect(JSON.stringify(answer)).not.toContain(there.canary);
  }
});

test.each(roles)("[TN7] an id of another studio is like a new one in a room, to the role %s", async (role) => {
  const member = here.members[role];
  for (const doc of people()) {
    const frames = await roomOf(member, doc);
    expect(frames, `seed ${seed}`).toEqual(await roomOf(member, like(doc)));
    expect(frames.join("\n")).not.toContain(there.canary);
  }
});

test("[TN7] what is written under an id of another studio stays where it was written", async () => {
  const before = await everythingOf(there);
  const by = here.owner.userId;
  const results = await here.owner.push(people().map((doc) => ({ doc, update: personUpdate(doc, here.canary, by) })));
  expect(results.every((result) => "seq" in result)).toBe(true);
  const args = { docs: people() };
  const command = { id: dice.uuid(), name: "confirmErasure", args, at: "2026-03-01T09:00:00.000Z" };
  const body = JSON.stringify({ commands: [command] });
  const answer = await ask(here.owner, `/api/orgs/${here.org}/commands`, { method: "POST", body });
  expect(answer.body.match(/not_found/g)).toHaveLength(people().length);
  expect(await everythingOf(there)).toBe(before);
});
