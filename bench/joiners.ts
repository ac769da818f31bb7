// Owns the measurement of many who open one large studio document at once, right after somebody wrote to it.
// The document is one that our server accepts; the others get the same updates, byte for byte. Nobody applies what comes.
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import * as Y from "yjs";
import { createDice } from "../server/demo/random.ts";
import { emptyDocument } from "../server/sync/apply.ts";
import { change } from "../server/sync/testing.ts";
import { putRecord } from "../shared/collection.ts";
import { docId } from "../shared/document.ts";
import { syncKinds } from "../shared/protocol.ts";
import { customFields } from "../shared/studio.ts";
import { NO_UPDATE, sync } from "./load.ts";
import type { Synced } from "./load.ts";
import type { Row } from "./rows.ts";
import { contenders, processorSeconds, residentBytes } from "./servers.ts";
import type { Contender, Running } from "./servers.ts";
import { median, percentile } from "./stats.ts";
import { inTurns } from "./turns.ts";
import type { Turn } from "./turns.ts";

export type JoinersOptions = {
  readonly joiners: number;
  /** Units: bytes of the document's V1 state. */
  readonly bytes: number;
  readonly rounds: number;
  readonly runs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

const STUDIO = docId("studio");
/** The client id of who writes. */
const WRITER = 7;

const RECORDS_PER_UPDATE = 50;

/** Runs all servers in turns. */
export const joiners = (options: JoinersOptions): Promise<Row[]> =>
  inTurns(options, contenders, (contender, turn) => measure(contender, { ...options, ...turn }));

type Measuring = JoinersOptions & Turn;

async function measure(contender: Contender, options: Measuring): Promise<Row> {
  const { joiners: count, rounds, run, core } = options;
  const server = await contender.start({ core });
  try {
    const updates = makeStudio(server.member, options);
    const writer = await write(server, updates.slice(0, -rounds));
    const before = processorSeconds(server.pid);
    const all: number[] = [];
    const middle: number[] = [];
    let bytes = 0;
    for (const update of updates.slice(-rounds)) {
      await writer.send([update]);
      const joined = await joinTogether(server, count);
      all.push(joined.times.at(-1) ?? Number.NaN);
      middle.push(percentile(joined.times, 0.5));
      bytes = joined.bytes;
    }
    const values = {
      "all have it, ms": median(all),
      "half have it, ms": median(middle),
      "MB each": bytes / 1e6,
      "CPU ms per round": ((processorSeconds(server.pid) - before) * 1000) / rounds,
      "memory MB": residentBytes(server.pid) / 1e6,
    };
    writer.close();
    return { name: contender.label, run, values };
  } finally {
    await server.stop();
  }
}

/** The updates of somebody who defines fields until the document has its size, and one small one per round. */
function makeStudio(by: string, { bytes, rounds, seed }: JoinersOptions): Uint8Array[] {
  const dice = createDice(seed);
  const ydoc = emptyDocument(STUDIO);
  ydoc.clientID = WRITER;
  const put = (options: number): void => {
    const values = {
      label: `Alan ${dice.uuid()}`,
      type: "select",
      category: "notes",
      options: Array.from({ length: options }, () => `Seçenek ${dice.uuid()}`),
      isRequired: false,
      rank: "a0",
      createdAt: "2026-03-01T09:00:00.000Z",
      createdBy: by,
    };
    putRecord(ydoc, customFields, { id: dice.uuid(), values });
  };
  const updates: Uint8Array[] = [];
  for (let size = 0; size < bytes; size += updates.at(-1)?.length ?? 0) {
    updates.push(change(ydoc, () => Array.from({ length: RECORDS_PER_UPDATE }, () => put(12))));
  }
  for (let round = 0; round < rounds; round += 1) updates.push(change(ydoc, () => put(1)));
  return updates;
}

type Writer = { readonly send: (updates: readonly Uint8Array[]) => Promise<void>; readonly close: () => void };

/** Sends updates and waits until a colleague has them, so that nobody has asked for the whole document since. */
async function write(server: Running, first: readonly Uint8Array[]): Promise<Writer> {
  const [writer, colleague] = await Promise.all([enter(server), enter(server)]);
  let end = 0;
  let seen = 0;
  let isThere = (): void => undefined;
  colleague.hear((frame) => {
    if (frame.kind !== "sync" || frame.sync === syncKinds.step1) return;
    seen = Y.parseUpdateMeta(frame.body).to.get(WRITER) ?? seen;
    if (seen >= end) isThere();
  });
  const send: Writer["send"] = async (updates) => {
    const all = Promise.withResolvers<void>();
    isThere = all.resolve;
    for (const update of updates) end = Y.parseUpdateMeta(update).to.get(WRITER) ?? end;
    for (const update of updates) writer.send(update);
    await all.promise;
  };
  await send(first);
  return {
    send,
    close: () => {
      for (const { close } of [writer, colleague]) close();
    },
  };
}

type Member = Pick<Synced, "hear"> & { readonly send: (update: Uint8Array) => void; readonly close: () => void };

async function enter(server: Running): Promise<Member> {
  const { socket, wire } = server.connect(STUDIO);
  const { hear } = await sync(socket, wire, () => socket.send(wire.sync("step2", NO_UPDATE)));
  socket.on("close", (code) => {
    if (code !== 1006) throw new Error(`a socket was closed with ${code}`);
  });
  return { hear, send: (update) => socket.send(wire.sync("update", update)), close: () => socket.terminate() };
}

type Joined = { readonly times: readonly number[]; readonly bytes: number };

/** All ask in the same moment; each is done when its last byte is there. */
async function joinTogether(server: Running, count: number): Promise<Joined> {
  const lines = Array.from({ length: count }, () => server.connect(STUDIO));
  const start = performance.now();
  const states = await Promise.all(
    lines.map(async ({ socket, wire }) => {
      const { state } = await sync(socket, wire, () => socket.send(wire.sync("step2", NO_UPDATE)));
      return { ms: performance.now() - start, bytes: state.length };
    }),
  );
  const gone = lines.map(({ socket }) => once(socket, "close"));
  for (const { socket } of lines) socket.terminate();
  await Promise.all(gone);
  const times = states.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const least = Math.min(...states.map(({ bytes }) => bytes));
  if (least <= NO_UPDATE.length) throw new Error("a joiner got nothing");
  return { times, bytes: least };
}
