// Owns the measurement of updates that each hit another document, so that no two share a commit's row: durable documents per second.
// Measures ours alone: in open rooms, and as a device that was offline pushes over HTTP.
import { performance } from "node:perf_hooks";
import * as Y from "yjs";
import { createDice } from "../server/demo/random.ts";
import type { Dice } from "../server/demo/random.ts";
import { change, putContact } from "../server/sync/testing.ts";
import type { Member } from "../server/testing.ts";
import { recordMap } from "../shared/collection.ts";
import { docId } from "../shared/document.ts";
import type { DocId } from "../shared/document.ts";
import { contacts } from "../shared/people.ts";
import type { DocUpdate } from "../shared/protocol.ts";
import { sync } from "./load.ts";
import { lineOf } from "./rows.ts";
import type { Row } from "./rows.ts";
import { processorSeconds, startStudio } from "./servers.ts";
import type { Studio } from "./servers.ts";
import { onOwnCores } from "./turns.ts";

export type DocumentsOptions = {
  readonly documents: number;
  readonly runs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** What a device puts into one request, and how many of them are on their way. */
const PER_REQUEST = 250;
const REQUESTS_AT_ONCE = 4;

/** A person's contact, with its updates in V1: made, then renamed. */
export type Contact = { readonly doc: DocId; readonly made: Uint8Array; readonly renamed: Uint8Array };

type Making = { readonly by: string; readonly dice: Dice; readonly letters?: number };

/** Invents people of whom each has a document of its own, with an address of so many letters. */
export function makeContacts(count: number, { by, dice, letters = 100 }: Making): Contact[] {
  const address = (): string => Array.from({ length: letters / 20 }, () => dice.uuid().slice(0, 20)).join("");
  return Array.from({ length: count }, () => {
    const ydoc = new Y.Doc();
    const made = change(ydoc, () => {
      putContact(ydoc, `Ayşe ${dice.uuid()}`, by);
      recordMap(ydoc, contacts, "self")?.set("address", address());
    });
    const renamed = change(ydoc, () => void recordMap(ydoc, contacts, "self")?.set("name", `Elif ${dice.uuid()}`));
    ydoc.destroy();
    return { doc: docId("contact", dice.uuid()), made, renamed };
  });
}

/** Runs all ways in turns, each run with a fresh server. */
export const documents = (options: DocumentsOptions): Promise<Row[]> => onOwnCores((core) => measureAll(core, options));

async function measureAll(
  core: number | null,
  { documents: count, runs, seed, say }: DocumentsOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const studio = await startStudio({ core });
    const people = makeContacts(count, { by: studio.member, dice: createDice(seed + run) });
    const [made, renamed] = [bodiesOf(people, "made"), bodiesOf(people, "renamed")];
    const ways: Readonly<Record<string, () => Promise<void>>> = {
      "new documents over HTTP": () => pushBodies(studio.owner, made),
      "one edit each over HTTP": () => pushBodies(studio.owner, renamed),
    };
    for (const [name, way] of Object.entries(ways)) rows.push(await timed(studio, { name, run, count, way }));
    rows.push(await inRooms(studio, { run, count, dice: createDice(seed - run) }));
    for (const row of rows.slice(-3)) say(lineOf(row));
    await studio.stop();
  }
  return rows;
}

type Way = { readonly name: string; readonly run: number; readonly count: number; readonly way: () => Promise<void> };

async function timed(studio: Studio, { name, run, count, way }: Way): Promise<Row> {
  const cpu = processorSeconds(studio.pid);
  const start = performance.now();
  await way();
  const seconds = (performance.now() - start) / 1000;
  const values = {
    "documents/s": count / seconds,
    "CPU µs each": ((processorSeconds(studio.pid) - cpu) * 1e6) / count,
  };
  return { name, run, values };
}

/** Pushes one update of each person. Throws: when one of them is not answered with a number. */
export const pushAll = (owner: Member, people: readonly Contact[], which: "made" | "renamed"): Promise<void> =>
  pushBodies(owner, bodiesOf(people, which));

type Bodies = readonly (readonly DocUpdate[])[];

/** One update of each person, as a device sends them. Hint: made before the time runs, because that is no work of the server's. */
function bodiesOf(people: readonly Contact[], which: "made" | "renamed"): Bodies {
  const updates = people.map((person) => ({ doc: person.doc, update: Y.convertUpdateFormatV1ToV2(person[which]) }));
  const starts = Array.from({ length: Math.ceil(updates.length / PER_REQUEST) }, (_, index) => index * PER_REQUEST);
  return starts.map((from) => updates.slice(from, from + PER_REQUEST));
}

async function pushBodies(owner: Member, bodies: Bodies): Promise<void> {
  const left = [...bodies];
  const work = async (): Promise<void> => {
    for (let body = left.shift(); body !== undefined; body = left.shift()) {
      const results = await owner.push(body);
      if (results.some((result) => !("seq" in result))) throw new Error("an update was refused");
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
}

type InRooms = { readonly run: number; readonly count: number; readonly dice: Dice };

/** A socket in each of many rooms, of which each sends one update, all at once; done when all are acknowledged as on disk. */
async function inRooms(studio: Studio, { run, count, dice }: InRooms): Promise<Row> {
  const rooms = Math.min(count, 2000);
  const people = makeContacts(rooms, { by: studio.member, dice });
  const lines: { readonly send: () => void; readonly settled: Promise<void> }[] = [];
  for (const { doc, made, renamed } of people) {
    const { socket, wire } = studio.connect(doc);
    const { hear } = await sync(socket, wire, () => socket.send(wire.sync("step2", made)));
    const settled = Promise.withResolvers<void>();
    hear((frame) => frame.kind === "settled" && frame.frames === 2 && settled.resolve());
    socket.on("close", (code) => settled.reject(new Error(`closed with ${code}`)));
    lines.push({ send: () => socket.send(wire.sync("update", renamed)), settled: settled.promise });
  }
  const way = async (): Promise<void> => {
    for (const { send } of lines) send();
    await Promise.all(lines.map(({ settled }) => settled));
    for (const { settled } of lines) settled.catch(() => undefined);
  };
  return timed(studio, { name: "one edit each in open rooms", run, count: rooms, way });
}
