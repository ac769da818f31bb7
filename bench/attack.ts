// Owns the measurement of a good client while somebody else does harm: how long its updates take until a colleague has them.
// Ours alone, with the limits that it has by itself. The attacker is a process of its own (attack.worker.ts).
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { member } from "../server/testing.ts";
import type { Member } from "../server/testing.ts";
import { attackKinds } from "./attack.worker.ts";
import type { Attack, AttackKind } from "./attack.worker.ts";
import { openLoad } from "./load.ts";
import type { Row } from "./rows.ts";
import { residentBytes, startStudio } from "./servers.ts";
import type { Studio } from "./servers.ts";
import { percentile } from "./stats.ts";
import { inTurns } from "./turns.ts";
import type { Turn } from "./turns.ts";
import { makeWorkload } from "./workload.ts";

export type AttackOptions = {
  readonly updates: number;
  readonly runs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** Between two updates of the good client. Units: ms. */
const PACE_MS = 50;

/** An attack gathers way before anything counts. Units: ms. */
const AHEAD_MS = 6000;

/** Node's monitor of the event loop counts its own resolution as delay. Units: ms. */
const RESOLUTION_MS = 2;

/** Runs every attack in turns, and none at first, each with a fresh server. */
export const attack = (options: AttackOptions): Promise<Row[]> =>
  inTurns(options, [null, ...attackKinds], (kind, turn) => measure(kind, { ...options, ...turn }));

type Measuring = AttackOptions & Turn;

async function measure(kind: AttackKind | null, { updates, run, core, seed }: Measuring): Promise<Row> {
  const studio = await startStudio({ core, limits: null });
  const shape = { rooms: 1, clients: 2, updates: updates + 1, by: studio.member, seed: seed + run };
  const rooms = makeWorkload(shape);
  const load = await openLoad({ server: studio, rooms, waitsForDisk: true });
  // Hint: before the attack, so that the good client knocks at an open door.
  const attacker = kind === null ? null : await begin(kind, { studio, doc: rooms[0]?.doc ?? "" });
  try {
    if (attacker !== null) await wait(AHEAD_MS);
    const watch = watchBoth(studio.pid);
    const times: number[] = [];
    for (let index = 0; index < updates; index += 1) {
      const { delivered, settled } = await load.run(1, 1);
      times.push(...delivered, ...settled);
      await wait(PACE_MS);
    }
    times.sort((a, b) => a - b);
    const values = {
      "p50 ms": percentile(times, 0.5),
      "p95 ms": percentile(times, 0.95),
      "worst ms": percentile(times, 1),
      ...watch(),
      "memory MB": residentBytes(studio.pid) / 1e6,
    };
    return { name: kind ?? "nobody", run, values };
  } finally {
    load.close();
    if (attacker !== null) await end(attacker);
    // Hint: what the attack made it log is no fault here.
    await studio.server.kill("SIGKILL");
  }
}

/**
 * What else makes the good client wait: its own event loop, whose core the attacker shares, and the server's thread when something
 * else has the core that it could use. Answers with what it saw until it is asked. Source: proc(5), schedstat.
 */
function watchBoth(pid: number): () => Record<string, number> {
  const own = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  own.enable();
  const before = { at: performance.now(), ...scheduled(pid) };
  return () => {
    own.disable();
    const after = scheduled(pid);
    const part = (from: number, to: number): number => ((to - from) / (performance.now() - before.at)) * 100;
    return {
      "own delay p95 ms": Math.max(0, own.percentile(95) / 1e6 - RESOLUTION_MS),
      "server computed %": part(before.ranMs, after.ranMs),
      "server waited for its core %": part(before.waitedMs, after.waitedMs),
    };
  };
}

/** What the main thread of a process has run, and waited for a core, since it began. Units: ms. */
function scheduled(pid: number): { ranMs: number; waitedMs: number } {
  const [ran = Number.NaN, waited = Number.NaN] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8")
    .split(" ")
    .map((ns) => Number(ns) / 1e6);
  return { ranMs: ran, waitedMs: waited };
}

type Target = { readonly studio: Studio; readonly doc: string };

/** Lets a colleague of the same studio attack: a stranger could do less. */
async function begin(kind: AttackKind, { studio, doc }: Target): Promise<ChildProcess> {
  const { cookie, userId, orgId } = await inviteColleague(studio);
  const what: Attack = { kind, url: studio.server.url, org: orgId, doc, cookie, member: userId };
  return spawn(process.execPath, [join(import.meta.dirname, "attack.worker.ts"), JSON.stringify(what)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}

async function end(attacker: ChildProcess): Promise<void> {
  const isGone = once(attacker, "exit");
  attacker.kill("SIGKILL");
  await isGone;
}

/** Somebody who works in the studio, with a session of their own. */
async function inviteColleague({ owner, server }: Studio): Promise<Member> {
  const email = "saldirgan@example.com";
  const headers = { "content-type": "application/json" };
  const invited = JSON.stringify({ email, role: "manager" });
  await owner.fetch(`/api/orgs/${owner.orgId}/invitations`, { method: "POST", headers, body: invited });
  const path = `${server.url}/api/invitations/${await server.token("invitation")}/accept`;
  const body = JSON.stringify({ name: "Ben", password: "uzun ve iyi bir parola", locale: "tr" });
  const response = await fetch(path, { method: "POST", headers, body });
  const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  const me = await fetch(`${server.url}/api/auth/me`, { headers: { cookie: cookie.join("; ") } });
  // Hint: the answer of our own server.
  const { user } = (await me.json()) as { user: { id: string } };
  return member(server.url, { email, cookie: cookie.join("; "), userId: user.id, orgId: owner.orgId });
}
