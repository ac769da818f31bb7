// Owns the fuzz without a network: spoilt frames straight into the connection of a room, spoilt bodies straight into the decoder and
// the room's queue, over storage in memory. What is judged after each and after each epoch stands in ../SPEC.md (FZ1–FZ4).
import { performance } from "node:perf_hooks";
import * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { classOf, docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { errorTypes } from "../../shared/errors.ts";
import { readUpdates, writeSync } from "../../shared/protocol.ts";
import type { Dice } from "../demo/random.ts";
import { liftedLimits } from "../limits.testing.ts";
import { parseLimits } from "../limits.ts";
import { documentFrom, emptyDocument, hasPending } from "../sync/apply.ts";
import type { Outcome } from "../sync/room.ts";
import { ada, ben, joinRoom, setupTenant } from "../sync/testing.ts";
import type { Bench, Device } from "../sync/testing.ts";
import { actWildly } from "./acts.testing.ts";
import { docOf, edit } from "./corpus.testing.ts";
import type { Corpus } from "./corpus.testing.ts";
import { crowdedUpdate, mutate, nestedUpdate, spoilInside } from "./mutate.testing.ts";

/** What was tried, what came of it, and what went wrong: `faults` must be empty. */
export type FuzzReport = {
  frames: number;
  /** Fates of frames and bodies by name, as the server told or did. */
  readonly fates: Record<string, number>;
  readonly faults: string[];
  /** The longest that one frame took, with its bytes in base64 when that was long. Units: ms. */
  slowestMs: number;
  readonly slow: string[];
};

export const emptyReport = (): FuzzReport => ({ frames: 0, fates: {}, faults: [], slowestMs: 0, slow: [] });

type Inside = { readonly bench: Bench; readonly dice: Dice; readonly corpus: Corpus; readonly report: FuzzReport };

const EPOCH = 250;

/** Of a state without anything. */
const EMPTY_BYTES = Y.encodeStateAsUpdateV2(new Y.Doc()).length;

/** Beyond this the frame is reported; machines that test are slow. Units: ms. */
const SLOW_MS = 3000;

/** Sends so many spoilt frames and bodies. Rules: FZ1–FZ4. */
export async function fuzzInside(corpus: Corpus, dice: Dice, frames: number): Promise<FuzzReport> {
  const limits = parseLimits(liftedLimits);
  if (!limits.ok) throw new Error("lifted limits are no limits");
  const inside = { bench: setupTenant({ limits: limits.value }), dice, corpus, report: emptyReport() };
  const honest = await openHonest(inside);
  while (inside.report.frames < frames) {
    await playEpoch(inside, Math.min(EPOCH, frames - inside.report.frames));
    await honest.echo();
  }
  honest.compare();
  for (const failure of inside.bench.failures) inside.report.faults.push(`failed: ${String(failure)}`);
  return inside.report;
}

/** Two devices of another room that go on working. */
async function openHonest({
  bench,
  dice,
  report,
}: Inside): Promise<{ echo: () => Promise<void>; compare: () => void }> {
  const doc = docId("client", dice.uuid());
  const writer = await joinRoom(bench, doc, { member: ben });
  const reader = await joinRoom(bench, doc, { member: ben });
  writer.sendStep2();
  writer.ydoc.on("update", (update: Uint8Array, origin: unknown) => origin !== "room" && writer.sendUpdate(update));
  const same = (): boolean => contentOf(doc, writer.ydoc) === contentOf(doc, reader.ydoc);
  return {
    echo: async () => {
      edit(writer.ydoc, doc, { dice, by: ben });
      await bench.idle();
      if (!same() || writer.closed !== null) report.faults.push("an honest room does not hear itself");
    },
    compare: () => {
      if (!same()) report.faults.push("an honest document differs");
    },
  };
}

const contentOf = (doc: DocId, ydoc: Y.Doc): string => canonicalContent(ydoc, collectionsOf(classOf(doc)));

/** A new document of some class with a part of what was recorded in it, beset by spoilt frames, and watched by an observer. */
async function playEpoch(inside: Inside, frames: number): Promise<void> {
  const { bench, dice, corpus, report } = inside;
  const recorded = dice.pick(corpus.rooms);
  // Hint: the studio and the documents named by a year or a member are there once; the others get a new one each time.
  const doc = docOf(recorded.docClass, { userId: ada }, dice);
  if ((await bench.storage.read(doc)).kind === "absent" && recorded.base.length > EMPTY_BYTES) {
    await bench.storage.commit([{ doc, state: recorded.base, expectedVersion: 0 }]);
  }
  const observer = await joinRoom(bench, doc, { member: ben, right: "read" });
  const at = dice.below(recorded.frames.length);
  observer.connection.receive(writeSync("step1", Uint8Array.of(0)));
  const known = recorded.frames.slice(0, at);
  let attacker = await joinRoom(bench, doc, { member: corpus.member });
  for (const frame of known) attacker.connection.receive(frame);
  await bench.idle();
  for (let turn = 0; turn < frames; turn += 1) {
    if (attacker.closed !== null) attacker = await joinRoom(bench, doc, { member: corpus.member });
    await sendOne(inside, { doc, attacker, observer, next: recorded.frames.slice(at, at + 4) });
    report.frames += 1;
  }
  await judgeDocument(inside, doc, observer);
  attacker.connection.leave();
  observer.connection.leave();
}

/** `next` is what an honest device would send now. */
type Attack = {
  readonly doc: DocId;
  readonly attacker: Device;
  readonly observer: Device;
  readonly next: readonly Uint8Array[];
};

async function sendOne(inside: Inside, { doc, attacker, observer, next }: Attack): Promise<void> {
  const { bench, corpus, report } = inside;
  const bytes = nextBytes(inside, { next, state: observer.ydoc });
  const began = performance.now();
  try {
    if (bytes.kind === "frame") {
      const before = attacker.settled.length;
      attacker.connection.receive(bytes.bytes);
      await bench.idle();
      count(report, fateOf(attacker, before));
    } else {
      for (const fate of await pushBody(bench, bytes.bytes, { doc, member: corpus.member })) count(report, fate);
    }
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report.faults.push(`threw: ${what} at ${Buffer.from(bytes.bytes).toString("base64").slice(0, 4000)}`);
  }
  const ms = performance.now() - began;
  report.slowestMs = Math.max(report.slowestMs, ms);
  if (ms > SLOW_MS) report.slow.push(`${Math.round(ms)} ms: ${Buffer.from(bytes.bytes).toString("base64")}`);
}

function count({ fates }: FuzzReport, fate: string): void {
  fates[fate] = (fates[fate] ?? 0) + 1;
}

function fateOf({ closed, settled }: Device, before: number): string {
  if (closed === null) return settled.length > before ? "settled" : "dropped";
  if (!Object.hasOwn(errorTypes, closed.type)) throw new Error(`untyped end: ${JSON.stringify(closed)}`);
  return closed.refusal === undefined ? closed.type : `refused ${closed.refusal.reason}`;
}

/** What the attacker knows: what would come next, and the document. */
type Known = { readonly next: readonly Uint8Array[]; readonly state: Y.Doc };
type Bytes = { readonly kind: "frame" | "body"; readonly bytes: Uint8Array };

function nextBytes({ dice, corpus }: Inside, { next, state }: Known): Bytes {
  const frames = dice.below(3) > 0 ? next : dice.pick(corpus.rooms).frames;
  const [one, other] = [dice.pick(frames), dice.pick(dice.pick(corpus.rooms).frames)];
  const kind = dice.below(400);
  if (kind === 0) return { kind: "frame", bytes: writeSync("update", nestedUpdate(dice, 1 + dice.below(3000))) };
  if (kind === 1) return { kind: "frame", bytes: writeSync("step2", crowdedUpdate(1 + dice.below(3000))) };
  if (kind < 60) return { kind: "frame", bytes: writeSync(dice.pick(["update", "step2"]), actWildly(state, dice)) };
  if (kind > 90) return { kind: "frame", bytes: (dice.below(4) === 0 ? mutate : spoilInside)(one, dice, other) };
  const body = dice.pick(corpus.requests.filter(({ path }) => path.endsWith("/updates"))).body;
  return { kind: "body", bytes: mutate(body, dice, other) };
}

type Pushing = { readonly doc: DocId; readonly member: string };

/** What `POST …/updates` does with a body, document by document. */
async function pushBody(bench: Bench, body: Uint8Array, { doc, member }: Pushing): Promise<string[]> {
  const updates = readUpdates(body);
  if (!updates.ok) return ["body malformed"];
  const { clientIdsPerSyncUpdate: maxClientIds, structsPerDocument: maxStructs } = bench.limits;
  const room = await bench.tenant.room(doc);
  if (!room.ok) return [`body ${room.error.type}`];
  const outcomes = updates.value.map(
    ({ update }) =>
      new Promise<Outcome>((settle) => {
        const bounds = { maxClientIds, maxStructs };
        bench.tenant.submit(room.value, { update, format: "v2", author: { member }, ...bounds, from: null, settle });
      }),
  );
  return (await Promise.all(outcomes)).map((outcome) =>
    outcome.kind === "refused" ? `refused ${outcome.refusal.reason}` : `body ${outcome.kind}`,
  );
}

/** What is stored can be read, has no gaps, and is what an observer was told. */
async function judgeDocument({ bench, report }: Inside, doc: DocId, observer: Device): Promise<void> {
  const stored = await bench.tenant.storage.read(doc);
  try {
    const ydoc = stored.kind === "state" ? documentFrom(doc, stored.state) : emptyDocument(doc);
    const fresh = new Y.Doc();
    Y.applyUpdate(fresh, Y.encodeStateAsUpdate(observer.ydoc));
    const isSame = contentOf(doc, ydoc) === contentOf(doc, observer.ydoc);
    if (!isSame || hasPending(observer.ydoc)) report.faults.push(`${doc}: stored and told differ`);
    if (observer.closed !== null) report.faults.push(`${doc}: the observer was closed`);
  } catch (error) {
    report.faults.push(`${doc}: stored and not readable: ${String(error)}`);
  }
}
