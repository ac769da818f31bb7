// Large documents that are open at once, against a whole server.
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WebSocket } from "ws";
import * as Y from "yjs";
import type { DocUpdate } from "../../shared/protocol.ts";
import { startTestServer } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { noteOf } from "./heavy.testing.ts";
import type { Note } from "./heavy.testing.ts";
import { holdsTooMuch } from "./holdings.ts";
import type { Room } from "./room.ts";

let server: TestServer;
let owner: Member;

beforeAll(async () => {
  server = await startTestServer({ env: { LIMITS: JSON.stringify({ openLargeBytesPerMember: 250_000 }) } });
  owner = await server.owner("ada@example.com");
});

afterAll(() => server.close());

const stateOf = ({ doc, ydoc }: Note): DocUpdate => ({ doc, update: Y.encodeStateAsUpdateV2(ydoc) });

async function push(notes: readonly Note[]): Promise<void> {
  const results = await owner.push(notes.map(stateOf));
  expect(results.filter((result) => "error" in result)).toEqual([]);
}

const open = ({ doc }: Note): WebSocket =>
  new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/${doc}`);

const codeOf = async (socket: WebSocket): Promise<unknown> => (await once(socket, "close"))[0];

test("[SY20] a member opens no more large documents at once than they may weigh together; small ones always", async () => {
  const [first, second, small] = [150_000, 150_000, 10].map((letters) => noteOf(letters, { by: owner.userId }));
  if (first === undefined || second === undefined || small === undefined) throw new Error("three notes");
  await push([first, second, small]);
  const held = open(first);
  await once(held, "message");
  expect(await codeOf(open(second))).toBe(4429);
  const little = open(small);
  await once(little, "message");
  held.close();
  await once(held, "close");
  const instead = open(second);
  await once(instead, "message");
  for (const each of [little, instead]) each.terminate();
});

test("[SY20] who has several documents open that grow too large is put out of the one that grew last", async () => {
  const notes = [1, 2].map(() => noteOf(10, { by: owner.userId }));
  await push(notes);
  const sockets = notes.map(open);
  await Promise.all(sockets.map((socket) => once(socket, "message")));
  const codes = sockets.map(codeOf);
  for (const note of notes) {
    note.line.insert(0, "x".repeat(150_000));
    await push([note]);
  }
  expect(await Promise.race(codes)).toBe(4429);
  expect(sockets.filter((socket) => socket.readyState === socket.OPEN)).toHaveLength(1);
  for (const socket of sockets) socket.terminate();
});

/** As much of a room as its weight depends on. */
const room = (stateBytes: number, members: readonly string[]): Room =>
  // Hint: nothing else of a room is looked at.
  ({ stateBytes, watchers: new Set(members.map((member) => ({ member }))) }) as unknown as Room;

test("[SY20] a few who fill what a studio may have open do not put out the others", () => {
  const limits = { openLargeBytesPerMember: 2_000_000, openLargeBytesPerStudio: 3_000_000 };
  const shared = room(500_000, ["ada", "ben", "eve"]);
  const rooms = [shared, room(1_400_000, ["eve"]), room(1_400_000, ["mal"])];
  expect(holdsTooMuch(shared, { rooms, member: "ada" }, limits)).toBe(false);
  expect(holdsTooMuch(shared, { rooms, member: "eve" }, limits)).toBe(true);
  expect(holdsTooMuch(room(600_000, []), { rooms, member: "mal" }, limits)).toBe(true);
});
