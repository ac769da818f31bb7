// Two members on two devices and one real server, with networks that come and go, tabs that are closed and opened again:
// at the end every copy, every row and the server's state are the same. Seeds are printed with a failure; SEEDS and FIRST_SEED choose others.
import * as Y from "yjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collectionsOf } from "../../policy/inventory.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { call } from "../../shared/action.ts";
import type { AnyCollection } from "../../shared/collection.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { defineRoots } from "../../shared/check.ts";
import { classOf, docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes, trashNote } from "../../shared/notes.ts";
import { editContact, moveStatus, restorePerson, trashPerson } from "../../shared/people.ts";
import { mergePersonRow, personColumns } from "../../shared/projection.ts";
import type { PersonRow } from "../../shared/projection.ts";
import { peopleRows } from "./people.ts";
import type { OpenDocument } from "./store.ts";
import { closeTab, closeTabs, fast, makeDisk, makeRandom, newPerson, openTab, until } from "./testing.ts";
import type { Disk, Tab } from "./testing.ts";

const SEEDS = Number(process.env["SEEDS"] ?? 200);
const FIRST_SEED = Number(process.env["FIRST_SEED"] ?? 1);
const STEPS = 16;

/** How long all may take to be saved and equal; much, for machines that do other things as well. Units: ms. */
const WITHIN_MS = 90_000;

/** Studios that play at the same time, because most of a run is waiting. */
const STUDIOS = 4;

let server: TestServer;
const studios: Member[][] = [];

beforeAll(async () => {
  // Hint: a hundred runs open more sockets in a minute than members do.
  server = await startTestServer({ env: { LIMITS: JSON.stringify({ upgradesPerMemberPerMinute: 1_000_000 }) } });
  for (let studio = 0; studio < STUDIOS; studio += 1) {
    const owner = await server.owner(`ada${studio}@example.com`);
    studios.push([owner, await server.invite(owner, `ben${studio}@example.com`, "assistant")]);
  }
});

afterAll(async () => {
  await closeTabs();
  await server.close();
});

/** A device of one member: its disk stays while its tab comes and goes. */
type Device = { readonly member: Member; readonly disk: Disk; tab: Tab; open: OpenDocument | null };

/** What devices wait for on purpose, such as the next pull, takes a tenth of its time. */
const parts = fast(10);

const newDevice = (member: Member): Device => {
  const disk = makeDisk();
  return { member, disk, tab: openTab({ url: server.url, member }, { disk, parts }), open: null };
};

type Run = { readonly random: () => number; readonly subject: string; readonly devices: readonly Device[] };

const pick = <T>(random: () => number, list: readonly T[]): T => {
  const item = list[Math.floor(random() * list.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
};

const word = (random: () => number): string =>
  pick(random, ["bir", "iki", "üç", "dört", "ışık", "gün", "albüm", "sahil"]);

/** One thing a member or the world does. */
const steps: readonly ((run: Run, device: Device) => Promise<void>)[] = [
  async ({ random, subject }, { tab }) => {
    const args = pick(random, [
      { name: word(random) },
      { phone: "0532 000 00 01" },
      { phone: null },
      { address: word(random) },
    ]);
    await tab.store.act([{ doc: docId("contact", subject), call: call(editContact, args) }]);
  },
  async ({ random, subject }, { tab }) => {
    const to = pick(random, ["new", "qualified", "proposal", "won", "lost"]);
    await tab.store.act([{ doc: docId("client", subject), call: call(moveStatus, { to }) }]);
  },
  async ({ random, subject }, { tab }) => {
    await tab.store.act([{ doc: docId("client", subject), call: call(createNote, { text: word(random) }) }]);
  },
  async ({ random, subject }, { tab }) => {
    const which = pick(random, [trashPerson, restorePerson]);
    await tab.store.act([{ doc: docId("client", subject), call: call(which, {}) }]);
  },
  async ({ random, subject }, device) => {
    device.open ??= await device.tab.store.open(docId("client", subject));
    typeSomewhere(random, device.open);
  },
  async ({ random, subject }, device) => {
    device.open ??= await device.tab.store.open(docId("client", subject));
    const id = device.open.ids(notes).at(Math.floor(random() * 5));
    if (id !== undefined) await device.tab.store.act([{ doc: device.open.id, call: call(trashNote, { noteId: id }) }]);
  },
  async (_run, { tab }) => tab.network.cut(),
  async (_run, { tab }) => tab.network.restore(),
  async (_run, device) => {
    device.open?.release();
    device.open = null;
  },
  async (_run, device) => {
    device.open = null;
    await closeTab(device.tab);
    device.tab = openTab({ url: server.url, member: device.member }, { disk: device.disk, parts });
  },
];

const binding = { key: "editor" };

/** Types or deletes a few letters in some note, as an editor's binding would. */
function typeSomewhere(random: () => number, open: OpenDocument): void {
  const bodies = open.ids(notes).flatMap((id) => open.read(notes, id)?.record.body ?? []);
  if (bodies.length === 0) return;
  const paragraph = pick(random, bodies).get(0);
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
  if (!(text instanceof Y.XmlText)) return;
  const at = Math.floor(random() * (text.length + 1));
  open.doc.transact(() => {
    if (random() < 0.3 && at < text.length) text.delete(at, Math.min(3, text.length - at));
    else text.insert(at, `${word(random)} `);
  }, binding);
}

async function play(seed: number, devices: readonly Device[]): Promise<void> {
  const random = makeRandom(seed);
  const [first] = devices;
  const person = newPerson(word(random));
  await first?.tab.store.act(person.calls);
  const run = { random, subject: person.subject, devices };
  for (let step = 0; step < STEPS; step += 1) {
    const device = pick(random, devices);
    // Hint: a document this device does not have yet answers with an error, as a screen would be told.
    await pick(random, steps)(run, device);
  }
  for (const device of devices) device.tab.network.restore();
  await until(() => devices.every(({ tab }) => tab.store.status().kind === "saved"), WITHIN_MS);
  for (const docClass of ["contact", "client"] as const) await compare(run, docId(docClass, person.subject));
  await compareRows(run);
}

async function serverDoc({ devices }: Run, doc: DocId): Promise<Y.Doc> {
  const ask = async () => (await devices[0]?.member.changes(`doc=${doc}`))?.entries ?? [];
  // Hint: an idle connection may end under a call on a busy machine.
  const entries = await ask().catch(ask);
  const ydoc = new Y.Doc();
  defineRoots(ydoc, collectionsOf(classOf(doc)));
  for (const entry of entries) if (entry.kind === "state") Y.applyUpdateV2(ydoc, entry.state);
  return ydoc;
}

/** Every copy equals the server's: content, state vectors, nothing pending. */
async function compare(run: Run, doc: DocId): Promise<void> {
  const collections = collectionsOf(classOf(doc));
  for (const device of run.devices) {
    const open = await device.tab.store.open(doc);
    // Hint: asked again each time, because the last change may still be on its way to the server.
    await until(async () => isSame(open.doc, await serverDoc(run, doc), collections), WITHIN_MS);
    expect([open.doc.store.pendingStructs, open.doc.store.pendingDs]).toEqual([null, null]);
    open.release();
    device.open?.release();
    device.open = null;
  }
}

const isSame = (left: Y.Doc, right: Y.Doc, collections: readonly AnyCollection[]): boolean =>
  canonicalContent(left, collections) === canonicalContent(right, collections) &&
  Buffer.from(Y.encodeStateVector(left)).equals(Buffer.from(Y.encodeStateVector(right)));

async function compareRows(run: Run): Promise<void> {
  const { devices, subject } = run;
  let row: PersonRow | undefined;
  for (const docClass of ["contact", "client"] as const) {
    const columns = personColumns(docClass, await serverDoc(run, docId(docClass, subject)));
    if (columns !== null) row = mergePersonRow(subject, row, columns);
  }
  for (const { tab } of devices) {
    await until(async () => JSON.stringify(await peopleRows(tab.db, [subject])) === JSON.stringify([row]), WITHIN_MS);
  }
}

/** Plays every so many-th seed on the two devices of one studio. */
async function playAll(members: readonly Member[], studio: number): Promise<void> {
  const devices = members.map(newDevice);
  for (let seed = FIRST_SEED + studio; seed < FIRST_SEED + SEEDS; seed += STUDIOS) {
    await play(seed, devices).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
  }
  for (const { tab } of devices) expect(await tab.db.quarantine.count()).toBe(0);
}

describe("two devices and a server", () => {
  test(`[RE14] converge over ${SEEDS} seeds from ${FIRST_SEED}`, { timeout: 3_000_000 }, async () => {
    await Promise.all(studios.map(playAll));
    expect(studios).toHaveLength(STUDIOS);
  });
});
