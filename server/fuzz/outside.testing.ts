// Owns the fuzz over real sockets and HTTP, against a server in a process of its own: spoilt frames and bodies from many sides, while
// two devices of another room go on working. Judges what can be seen from outside: answers, closes, life, memory (FZ1, FZ3–FZ5).
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import type { WebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { canonicalContent } from "../../shared/canonical.ts";
import { collectionsOf } from "../../policy/inventory.ts";
import { docClasses, docId } from "../../shared/document.ts";
import { errorBodySchema, errorTypes } from "../../shared/errors.ts";
import { writeSync } from "../../shared/protocol.ts";
import type { Dice } from "../demo/random.ts";
import { createDice } from "../demo/random.ts";
import { startServerProcess } from "../durability/process.testing.ts";
import type { ServerProcess } from "../durability/process.testing.ts";
import { liftedLimits } from "../limits.testing.ts";
import { socketUrl } from "../tenancy/asking.testing.ts";
import { member, signUpOwner } from "../testing.ts";
import type { Member } from "../testing.ts";
import { docOf, edit, recordSessions } from "./corpus.testing.ts";
import type { Corpus, Request } from "./corpus.testing.ts";
import { crowdedUpdate, mutate, nestedJson, nestedUpdate, spoilInside, spoilJson } from "./mutate.testing.ts";
import { emptyReport } from "./inside.testing.ts";
import type { FuzzReport } from "./inside.testing.ts";

/** What a socket may be closed with: one of the closed list, too large, too slow, or its own wish. */
const closes = new Set([
  1000,
  1005,
  1009,
  1013,
  ...Object.values(errorTypes).flatMap((each) => ("close" in each ? [each.close] : [])),
]);

/** How many attack at once. */
const LANES = 6;

/** Frames between two questions whether the server still answers. */
const BATCH = 8;

/** What a server may hold after any number of spoilt frames. Units: bytes. */
const MOST_MEMORY = 700_000_000;

type Outside = {
  readonly server: ServerProcess;
  readonly owner: Member;
  readonly corpus: Corpus;
  readonly report: FuzzReport;
};

/** Records a corpus and sends so many spoilt frames and bodies. `onCorpus` gets what was recorded, for the fuzz inside. */
export async function fuzzOutside(dice: Dice, frames: number): Promise<{ corpus: Corpus; report: FuzzReport }> {
  const root = mkdtempSync(join(tmpdir(), "lumiso-fuzz-"));
  const server = await startServerProcess({ dataDir: join(root, "data"), env: { LIMITS: liftedLimits } });
  const report = emptyReport();
  try {
    const owner = await signUpOwner(server, { email: "ada@example.com" });
    const corpus = await recordSessions(server, owner, dice);
    const outside = { server, owner, corpus, report };
    const honest = await openHonest(outside, dice);
    const lanes = Array.from({ length: LANES }, () => attack(outside, createDice(dice.below(2 ** 31)), frames));
    while (report.frames < frames) await honest.echo();
    await Promise.all(lanes);
    await honest.echo();
    honest.close();
    await judgeProcess(outside);
    return { corpus, report };
  } finally {
    await server.kill("SIGTERM");
    rmSync(root, { recursive: true, force: true });
  }
}

async function judgeProcess({ server, report }: Outside): Promise<void> {
  const health = await fetch(`${server.url}/healthz`);
  if (health.status !== 200) report.faults.push(`/healthz: ${health.status}`);
  const memory = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]) * 1024;
  if (memory > MOST_MEMORY) report.faults.push(`memory: ${memory}`);
  report.fates["megabytes of memory"] = Math.round(memory / 1e6);
  // Hint: a socket that breaks off or sends too much is told at warning; what nobody expected is told as a failure.
  const failures = server.problems.filter((line) => /_failed|unhandled|uncaught/.test(line));
  for (const failure of failures) report.faults.push(failure);
  if (/unhandled|uncaught|Error/i.test(server.errors())) report.faults.push(server.errors().slice(0, 2000));
}

type Honest = { readonly echo: () => Promise<void>; readonly close: () => void };

/** Two stock providers in a room of their own. */
async function openHonest({ server, owner, report }: Outside, dice: Dice): Promise<Honest> {
  const doc = docId("client", dice.uuid());
  const [writer, reader] = await Promise.all([openProvider(server, owner, doc), openProvider(server, owner, doc)]);
  let closed = 0;
  for (const each of [writer, reader]) each.on("connection-close", () => void (closed += 1));
  const contentOf = (provider: WebsocketProvider): string => canonicalContent(provider.doc, collectionsOf("client"));
  const echo = async (): Promise<void> => {
    edit(writer.doc, doc, { dice, by: owner.userId });
    const began = Date.now();
    while (contentOf(writer) !== contentOf(reader)) {
      const heard = new Promise((resolve) => reader.doc.once("update", resolve));
      const isLate = new Promise((resolve) => void setTimeout(resolve, 20_000, "late"));
      if ((await Promise.race([heard, isLate])) === "late")
        return void report.faults.push("an honest room is not answered");
    }
    report.slowestMs = Math.max(report.slowestMs, Date.now() - began);
    if (closed > 0) report.faults.push("an honest socket was closed");
    closed = 0;
  };
  const close = (): void => {
    writer.destroy();
    reader.destroy();
  };
  return { echo, close };
}

async function openProvider({ url }: ServerProcess, owner: Member, doc: string): Promise<WebsocketProvider> {
  const provider = new WebsocketProvider(socketUrl({ url }, `/sync/${owner.orgId}`), doc, new Y.Doc(), {
    // Hint: the socket of ws has all that the provider uses of a browser's.
    WebSocketPolyfill: owner.WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
  await new Promise<void>((resolve) => provider.once("sync", () => resolve()));
  return provider;
}

/** One attacker: rooms and requests in turn until enough was sent by all. */
async function attack(outside: Outside, dice: Dice, frames: number): Promise<void> {
  const { report } = outside;
  while (report.frames < frames) {
    try {
      if (dice.below(6) > 0) await sendRequest(outside, dice);
      else await besetRoom(outside, dice);
    } catch (error) {
      report.faults.push(`an attack broke off: ${String(error)}`);
    }
  }
}

async function besetRoom({ server, owner, corpus, report }: Outside, dice: Dice): Promise<void> {
  const doc = docOf(dice.pick(docClasses.filter((each) => each !== "studio")), owner, dice);
  const socket: WebSocket = new owner.WebSocket(socketUrl(server, `/sync/${owner.orgId}/${doc}?ack=1`));
  socket.on("error", () => undefined);
  const closed = once(socket, "close").then(([code]) => Number(code));
  await once(socket, "open");
  for (let turn = 0; turn < BATCH; turn += 1) {
    const { frames } = dice.pick(corpus.rooms);
    socket.send(spoilt(dice, dice.pick(frames), dice.pick(frames)), () => undefined);
    report.frames += 1;
  }
  // Hint: what the server is asked now it answers after all that came before.
  const answered = once(socket, "message").then(() => "answered" as const);
  socket.send(writeSync("step1", Uint8Array.of(0)), () => undefined);
  const end = await Promise.race([closed, answered.catch(() => closed)]);
  socket.close();
  const code = end === "answered" ? await closed : end;
  if (!closes.has(code)) report.faults.push(`a room closed with ${code}`);
  report.fates[`closed ${code}`] = (report.fates[`closed ${code}`] ?? 0) + 1;
}

function spoilt(dice: Dice, one: Uint8Array, other: Uint8Array): Uint8Array {
  const kind = dice.below(100);
  if (kind === 0) return writeSync("update", nestedUpdate(dice, 1 + dice.below(3000)));
  if (kind === 1) return writeSync("step2", crowdedUpdate(1 + dice.below(5000)));
  if (kind === 2)
    return one.length === 0 ? one : Uint8Array.from({ length: 1_100_000 }, (_, at) => one[at % one.length] ?? 0);
  return (kind < 40 ? mutate : spoilInside)(one, dice, other);
}

async function sendRequest({ server, owner, corpus, report }: Outside, dice: Dice): Promise<void> {
  const request = dice.pick(corpus.requests);
  const other = dice.pick(corpus.requests).body;
  const isJson = !request.path.endsWith("/updates");
  const body =
    dice.below(40) === 0
      ? nestedJson(1 + dice.below(2000))
      : isJson && dice.below(2) === 0
        ? spoilJson(request.body, dice)
        : mutate(request.body, dice, other);
  // Hint: who signs in or up anew loses the session of the browser it is done in.
  const isOfStranger = /sign-|accept/.test(request.path);
  const who = isOfStranger ? member(server.url, { ...owner, cookie: "" }) : owner;
  report.frames += 1;
  await judgeAnswer(report, await send(who, request, body), request);
}

const send = (who: Member, { method, path }: Request, body: Uint8Array): Promise<Response> =>
  who.fetch(path, { method, headers: { "content-type": "application/json" }, body: Buffer.from(body) });

async function judgeAnswer(report: FuzzReport, response: Response, { path }: Request): Promise<void> {
  const text = await response.text();
  report.fates[`answer ${response.status}`] = (report.fates[`answer ${response.status}`] ?? 0) + 1;
  if (response.status < 400) return;
  const isTyped = v.safeParse(v.pipe(v.string(), v.parseJson(), errorBodySchema), text).success;
  if (!isTyped || response.status === 500) report.faults.push(`${path}: ${response.status} ${text.slice(0, 200)}`);
}
