// Owns the two-tenant fuzz: members of one studio call everything at random, with ids of another studio mixed in everywhere, while
// that studio works. Judges by two canaries: nothing of the other studio is ever heard, and nothing of it changes.
import * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import { call } from "../../shared/action.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote } from "../../shared/notes.ts";
import { instantAt, runCall } from "../../shared/testing.ts";
import type { Dice } from "../demo/random.ts";
import { documentFrom } from "../sync/apply.ts";
import { liftedLimits } from "../limits.testing.ts";
import { startTestServer } from "../testing.ts";
import type { TestServer } from "../testing.ts";
import { createDice } from "../demo/random.ts";
import { callOnce } from "./calls.testing.ts";
import { createLines } from "./lines.testing.ts";
import type { Lines } from "./lines.testing.ts";
import { everythingOf, makeStudio } from "./studios.testing.ts";
import type { TestStudio } from "./studios.testing.ts";

/** What is asked of one run. Units: `calls` in each direction. */
export type MixingOptions = { readonly seed: number; readonly calls: number };

/** What a run showed. The first three must be empty; the rest says how much was tried. */
export type MixingReport = {
  readonly leaks: readonly string[];
  readonly faults: readonly string[];
  readonly changed: readonly string[];
  /** Answers by status, and closes of sockets by code. */
  readonly statuses: Readonly<Record<string, number>>;
  /** How often members heard of their own studio, over HTTP and on sockets: what could not be heard at all would prove nothing. */
  readonly heardOverHttp: number;
  readonly heardOnSockets: number;
  /** How often the studio that is called at heard of its own work meanwhile. */
  readonly heardByOthers: number;
};

/** One direction of a run: who calls, at whom, and where everything that is heard goes. */
export type Scene = {
  readonly server: TestServer;
  readonly dice: Dice;
  readonly here: TestStudio;
  readonly there: TestStudio;
  readonly hear: (where: string, bytes: Uint8Array) => void;
  readonly count: (status: number, where: string) => void;
};

type Notes = {
  leaks: string[];
  faults: string[];
  changed: string[];
  statuses: Record<string, number>;
  heard: { http: number; sockets: number; others: number };
};

/** Runs the fuzz in both directions against a server of its own. Rules: TN5, TN6. */
export async function mixTenants({ seed, calls }: MixingOptions): Promise<MixingReport> {
  const server = await startTestServer({ env: { LIMITS: liftedLimits } });
  const dice = createDice(seed);
  const notes: Notes = { leaks: [], faults: [], changed: [], statuses: {}, heard: { http: 0, sockets: 0, others: 0 } };
  try {
    const first = await makeStudio(server, "bir", dice);
    const second = await makeStudio(server, "iki", dice);
    await mixOneWay({ server, dice, here: first, there: second, notes, calls });
    await mixOneWay({ server, dice, here: second, there: first, notes, calls });
  } finally {
    await server.close();
  }
  const { heard, ...rest } = notes;
  return { ...rest, heardOverHttp: heard.http, heardOnSockets: heard.sockets, heardByOthers: heard.others };
}

type OneWay = Pick<Scene, "server" | "dice" | "here" | "there"> & { readonly notes: Notes; readonly calls: number };

async function mixOneWay({ notes, calls, ...pair }: OneWay): Promise<void> {
  const scene = sceneOf(pair, notes);
  const work = await startWork(scene, notes);
  const before = await everythingOf(pair.there, work.doc);
  const lines = createLines(scene);
  for (let turn = 0; turn < calls; turn += 1) {
    if (pair.dice.below(3) === 0) await lines.step();
    else await callOnce(scene);
    if (pair.dice.below(10) === 0) await work.step();
  }
  await lines.close();
  await work.end();
  if ((await everythingOf(pair.there, work.doc)) !== before) notes.changed.push(pair.there.canary);
}

function sceneOf(pair: Pick<Scene, "server" | "dice" | "here" | "there">, notes: Notes): Scene {
  const own = Buffer.from(pair.here.canary);
  const foreign = Buffer.from(pair.there.canary);
  return {
    ...pair,
    hear: (where, bytes) => {
      const heard = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (heard.includes(foreign)) notes.leaks.push(where);
      if (heard.includes(own)) notes.heard[where.startsWith("socket") ? "sockets" : "http"] += 1;
    },
    count: (status, where) => {
      notes.statuses[status] = (notes.statuses[status] ?? 0) + 1;
      if (status === 500) notes.faults.push(where);
    },
  };
}

type Work = { readonly doc: DocId; readonly step: () => Promise<void>; readonly end: () => Promise<void> };

/** The other studio at work: its owner writes notes and is present, and hears of nothing but that. */
async function startWork({ server, dice, here, there }: Scene, notes: Notes): Promise<Work> {
  const { owner, canary } = there;
  const doc = docId("client", there.subjects[0]);
  const ydoc = await readDocument(there, doc);
  const foreign = Buffer.from(here.canary);
  const hear = (where: string, bytes: Uint8Array): void => {
    if (Buffer.from(bytes).includes(foreign)) notes.leaks.push(`other way: ${where}`);
    if (Buffer.from(bytes).includes(canary)) notes.heard.others += 1;
  };
  const lines: Lines = createLines({ server, dice, here: there, there: here, hear, count: () => undefined });
  await lines.watch(owner, ["", ...there.docs.map((each) => `/${each}`)]);
  const step = async (): Promise<void> => {
    const before = Y.encodeStateVector(ydoc);
    const how = { id: dice.uuid(), at: instantAt(dice.below(900)), by: owner.userId };
    runCall(ydoc, call(createNote, { text: `${canary} ${dice.below(1000)}` }), how);
    const [result] = await owner.push([{ doc, update: Y.encodeStateAsUpdateV2(ydoc, before) }]);
    if (result === undefined || "error" in result) notes.changed.push(`refused: ${JSON.stringify(result)}`);
  };
  const end = async (): Promise<void> => {
    await lines.close();
    const stored = canonicalContent(await readDocument(there, doc), collectionsOf("client"));
    if (stored !== canonicalContent(ydoc, collectionsOf("client"))) notes.changed.push(doc);
  };
  return { doc, step, end };
}

async function readDocument({ owner }: TestStudio, doc: DocId): Promise<Y.Doc> {
  const [entry] = (await owner.changes(`doc=${doc}`)).entries;
  if (entry?.kind !== "state") throw new Error(`no state of ${doc}`);
  return documentFrom(doc, entry.state);
}
