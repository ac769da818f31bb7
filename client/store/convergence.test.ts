// Two devices over a real server do what comes to their mind: act, type, lose the network, lose the page, come back.
// In the end server, devices and rows say the same. The seed is in the title: a failing one can be run alone.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import { call } from "../../shared/action.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { editContact, moveStatus, setCustomValue } from "../../shared/people.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { documentOf, hasPending, readStored } from "./live.ts";
import { makeNetwork } from "./network.testing.ts";
import { projectAgain } from "./projection.ts";
import type { OpenDocument } from "./store.ts";
import { closeTab, closeTabs, fast, makeDisk, makeRandom, newPerson, openTab, until } from "./testing.ts";
import type { Disk, Tab } from "./testing.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ env: { LIMITS: '{"framesPerSecond":5000,"upgradesPerAddressPerMinute":100000}' } });
});
afterEach(closeTabs);
afterAll(() => server.close());

const SEEDS = Number(process.env["CONVERGENCE_SEEDS"] ?? 8);
const STEPS = 30;

type Device = { readonly member: Member; readonly disk: Disk; tab: Tab; open: OpenDocument | null };
type Random = () => number;

const docsOf = (subject: string): [DocId, DocId] => [docId("contact", subject), docId("client", subject)];

function turnOn(device: Device): void {
  const network = makeNetwork();
  device.tab = openTab({ url: server.url, member: device.member }, { disk: device.disk, network, parts: fast(20) });
}

function makeDevice(member: Member): Device {
  const disk = makeDisk();
  const tab = openTab({ url: server.url, member }, { disk, parts: fast(20) });
  return { member, disk, tab, open: null };
}

async function step(device: Device, subject: string, random: Random): Promise<void> {
  const [contact, client] = docsOf(subject);
  const n = Math.floor(random() * 1000);
  const choices: (() => Promise<unknown>)[] = [
    () => device.tab.store.act([{ doc: contact, call: call(editContact, { name: `Ad ${n}` }) }]),
    () =>
      device.tab.store.act([
        { doc: contact, call: call(editContact, { email: n % 2 === 0 ? null : `e${n}@ornek.com` }) },
      ]),
    () => device.tab.store.act([{ doc: client, call: call(moveStatus, { to: n % 2 === 0 ? "won" : "lost" }) }]),
    () =>
      device.tab.store.act([
        { doc: client, call: call(setCustomValue, { fieldId: crypto.randomUUID(), value: `v${n}` }) },
      ]),
    () => device.tab.store.act([{ doc: client, call: call(createNote, { text: `Not ${n}` }) }]),
    () => typeInto(device, random),
    () => typeInto(device, random),
    () => look(device, client),
    async () => (random() < 0.5 ? device.tab.network.cut() : device.tab.network.restore()),
    () => turnOffAndOn(device),
  ];
  await choices[Math.floor(random() * choices.length)]?.();
}

async function look(device: Device, client: DocId): Promise<void> {
  const { open } = device;
  device.open = open === null ? await device.tab.store.open(client) : null;
  open?.release();
}

async function typeInto({ open }: Device, random: Random): Promise<void> {
  if (open === null) return;
  const bodies = open.ids(notes).flatMap((id) => open.read(notes, id)?.record.body ?? []);
  const body = bodies[Math.floor(random() * bodies.length)];
  const paragraph = body?.get(0);
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
  if (!(text instanceof Y.XmlText)) return;
  open.doc.transact(
    () => {
      const at = Math.floor(random() * (text.length + 1));
      if (random() < 0.7 || text.length === 0) text.insert(at, "abc"[Math.floor(random() * 3)] ?? "a");
      else text.delete(Math.min(at, text.length - 1), 1);
    },
    { key: "editor" },
  );
}

async function turnOffAndOn(device: Device): Promise<void> {
  device.open = null;
  await closeTab(device.tab);
  turnOn(device);
}

const isQuiet = async ({ tab }: Device): Promise<boolean> =>
  tab.store.status().kind === "saved" && (await tab.db.updates.where("unsent").equals(1).count()) === 0;

async function contentOnServer(member: Member, doc: DocId): Promise<string> {
  const ydoc = new Y.Doc();
  const [entry] = (await member.changes(`doc=${doc}`)).entries;
  if (entry?.kind === "state") Y.applyUpdateV2(ydoc, entry.state);
  return canonicalContent(ydoc, collectionsOf(doc.startsWith("contact") ? "contact" : "client"));
}

async function contentOnDisk({ tab }: Device, doc: DocId): Promise<string> {
  const stored = (await readStored(tab.db, [doc])).get(doc);
  const ydoc = documentOf(stored ?? { row: undefined, rows: [] });
  if (hasPending(ydoc)) return "pending";
  return canonicalContent(ydoc, collectionsOf(doc.startsWith("contact") ? "contact" : "client"));
}

describe("two devices", () => {
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
  test.each(seeds)(
    "[S21] [RE9] end with the same content as the server, seed %i",
    async (seed) => {
      const random = makeRandom(seed);
      const owner = await server.owner(`ada${seed}@example.com`);
      const colleague = await server.invite(owner, `bora${seed}@example.com`, "assistant");
      const devices = [makeDevice(owner), makeDevice(colleague)];
      const [first, second] = devices as [Device, Device];
      const { subject, calls } = newPerson("Ayşe");
      const docs = docsOf(subject);
      await first.tab.store.act([...calls, { doc: docs[1], call: call(createNote, { text: "İlk" }) }]);
      await until(async () => (await second.tab.db.docs.bulkGet([...docs])).every((row) => row?.state !== undefined));
      for (let n = 0; n < STEPS; n += 1) await Promise.all(devices.map((device) => step(device, subject, random)));
      for (const { tab } of devices) tab.network.restore();
      for (const doc of docs) {
        await until(async () => {
          const quiet = await Promise.all(devices.map(isQuiet));
          const onServer = await contentOnServer(owner, doc);
          const onDisks = await Promise.all(devices.map((device) => contentOnDisk(device, doc)));
          return quiet.every(Boolean) && onDisks.every((content) => content === onServer);
        }, 15_000);
      }
      const [rows, others] = await Promise.all(devices.map(({ tab }) => tab.db.people.toArray()));
      expect(rows).toEqual(others);
      await projectAgain(first.tab.db);
      expect(await first.tab.db.people.toArray()).toEqual(rows);
      expect(await second.tab.db.quarantine.count()).toBe(0);
      expect(await first.tab.db.quarantine.count()).toBe(0);
    },
    40_000,
  );
});
