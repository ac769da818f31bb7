// Owns the server of a simulation: the real one in this process, over a storage that outlives it, without TCP.
// It can be killed at any commit, started again, and given an old storage back. Never changes what the server does.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "../../policy/roles.ts";
import { toInstant } from "../../server/clock.ts";
import type { RandomBytes } from "../../server/clock.ts";
import { seededRandom } from "../../server/clock.testing.ts";
import { startLimits } from "../../server/limits.ts";
import { createMailer } from "../../server/mail.ts";
import type { Mailer } from "../../server/mail.ts";
import { createMemoryDisk } from "../../server/storage.memory.ts";
import type { MemoryDisk } from "../../server/storage.memory.ts";
import { openMainDatabase } from "../../server/tables.migrations.ts";
import type { DocId } from "../../shared/document.ts";
import { beginLife } from "./life.testing.ts";
import type { CommitFault, Disks, Life } from "./life.testing.ts";
import { signUp } from "./sign-up.testing.ts";
import type { World } from "./time.testing.ts";

/** A member as the simulation knows them. */
export type SimMember = { readonly userId: string; readonly orgId: string; readonly cookie: string; role: Role };

/** The server's end of a socket; it is told when the upgrade is accepted. */
export type Opening = { opened: () => void };

/** The server, seen from outside. */
export type SimServer = {
  /** What its edge met. */
  readonly failures: unknown[];
  readonly disk: () => MemoryDisk;
  readonly isUp: () => boolean;
  /** Answers a request. Throws: when the server is down, or dies over it. */
  readonly fetch: (path: string, init: RequestInit & { cookie: string }) => Promise<Response>;
  /** Opens a socket; the answer is false where the upgrade is refused. */
  readonly upgrade: (path: string, cookie: string, raw: Opening) => Promise<boolean>;
  /** Ends the process as SIGKILL would; the disks stay. */
  readonly kill: () => void;
  readonly start: () => void;
  /** Is told when the server dies, whoever killed it. */
  onDeath: () => void;
  /** What happens at the next commits, one after the other. */
  readonly commitFaults: CommitFault[];
  /** Puts a copy of the disk aside. */
  readonly backUp: () => void;
  /** Puts the copy back under another history, as a restore of a backup does; false when there is none. */
  readonly restore: () => boolean;
  /** Erases a document as the server's own jobs do. */
  readonly erase: (doc: DocId) => Promise<void>;
  readonly setRole: (member: SimMember, role: Role) => Promise<void>;
  readonly members: readonly SimMember[];
};

/** Starts a server with a studio of an owner and members of these roles. */
export async function startSimServer(world: World, roles: readonly Role[]): Promise<SimServer> {
  const random = seededRandom(String(world.random()));
  const { db } = await openMainDatabase(":memory:");
  const disks: Disks = { db, org: createMemoryDisk(random), orgId: "" };
  const links: string[] = [];
  const mailer = makeMailer({ world, random, links });
  const commitFaults: CommitFault[] = [];
  const failures: unknown[] = [];
  let life: Life | null = null;
  const kill = (): void => {
    const over = life;
    if (over === null) return;
    over.isDead = true;
    life = null;
    over.end.reject(new TypeError("connection lost"));
    server.onDeath();
  };
  const start = (): void => {
    const onFailure = (error: unknown): void => void failures.push(error);
    life ??= beginLife({ world, random, disks, mailer, commitFaults, kill, onFailure });
    life.end.promise.catch(() => undefined);
  };
  const { fetch, upgrade } = doorsOf(() => life);
  const server: SimServer = {
    failures,
    commitFaults,
    members: [],
    disk: () => disks.org,
    isUp: () => life !== null,
    fetch,
    upgrade,
    kill,
    start,
    onDeath: () => undefined,
    ...backupOf(disks, { now: world.now, random, kill, start }),
    erase: async (doc) => {
      const at = life;
      if (at === null) return;
      const storage = await at.hub.organisations.open(disks.orgId);
      await storage?.erase([doc], "simulation", toInstant(world.now()));
      at.bus.publish({ type: "erased", org: disks.orgId, doc });
    },
    setRole: (member, role) => setRole(server, member, role),
  };
  start();
  return Object.assign(server, { members: await signUp({ fetch, mailer, links }, roles) });
}

type Mailing = { readonly world: World; readonly random: RandomBytes; readonly links: string[] };

const makeMailer = ({ world, random, links }: Mailing): Mailer =>
  createMailer({
    smtpUrl: undefined,
    from: undefined,
    linkBase: "http://localhost",
    outboxDir: mkdtempSync(join(tmpdir(), "lumiso-sim-")),
    announce: (line) => links.push(line),
    report: () => undefined,
    clock: world.now,
    random,
    maxInFlight: startLimits.mailsInFlight,
  });

/** The two ways in: calls and sockets. */
function doorsOf(lifeOf: () => Life | null): Pick<SimServer, "fetch" | "upgrade"> {
  const fetch: SimServer["fetch"] = async (path, { cookie, ...init }) => {
    const at = lifeOf();
    if (at === null) throw new TypeError("connection refused");
    const headers = new Headers(init.headers);
    headers.set("cookie", cookie);
    headers.set("host", "localhost");
    const request = new Request(`http://localhost${path}`, { ...init, headers, signal: null });
    const asked = at.app.fetch(request, { incoming: { socket: { remoteAddress: "127.0.0.1" } } });
    return Promise.race([at.end.promise, asked]);
  };
  const upgrade: SimServer["upgrade"] = async (path, cookie, raw) => {
    const at = lifeOf();
    if (at === null) return false;
    const headers = { cookie, upgrade: "websocket", connection: "upgrade", host: "localhost" };
    const [waiting, bindings] = upgradeBindings(raw);
    const asked = at.app.fetch(new Request(`http://localhost${path}`, { headers }), bindings);
    const response = await Promise.race([at.end.promise.catch(() => null), asked]);
    return waiting.isAsked && response?.status === 200;
  };
  return { fetch, upgrade };
}

type Restoring = {
  readonly now: () => number;
  readonly random: RandomBytes;
  readonly kill: () => void;
  readonly start: () => void;
};

function backupOf(disks: Disks, { now, random, kill, start }: Restoring): Pick<SimServer, "backUp" | "restore"> {
  let backup: MemoryDisk | null = null;
  return {
    backUp: () => {
      backup = copyOf(disks.org);
    },
    restore: () => {
      if (backup === null) return false;
      kill();
      const { history: _history, ...kept } = copyOf(backup);
      // Hint: the register of disposals is replayed before a restored server opens, so tombstones win.
      for (const [doc, tombstone] of disks.org.tombstones) {
        kept.tombstones.set(doc, tombstone);
        kept.rows.delete(doc);
        kept.keys.delete(doc);
        kept.seq = Math.max(kept.seq, tombstone.seq);
      }
      disks.org = { ...kept, history: createMemoryDisk(random).history, restoredAt: toInstant(now()) };
      start();
      return true;
    },
  };
}

async function setRole({ fetch, members }: SimServer, member: SimMember, role: Role): Promise<void> {
  const path = `/api/orgs/${member.orgId}/members/${member.userId}`;
  const headers = { "content-type": "application/json", origin: "http://localhost" };
  const call = { method: "PATCH", body: JSON.stringify({ role }), headers, cookie: members[0]?.cookie ?? "" };
  const answer = await fetch(path, call);
  if (!answer.ok) throw new Error(`role: ${answer.status} ${await answer.text()}`);
  member.role = role;
}

function copyOf({ rows, keys, tombstones, subjects, commands, preferences, ...rest }: MemoryDisk): MemoryDisk {
  return {
    ...rest,
    rows: new Map(rows),
    keys: new Set(keys),
    tombstones: new Map(tombstones),
    subjects: new Map(subjects),
    commands: new Map(commands),
    preferences: new Map(preferences),
  };
}

/**
 * What the adapter of Hono hands to a request that asks for a socket. Hint: the adapter finds its own waiting room under a
 * symbol that it does not export, so it is known by its description.
 */
function upgradeBindings(raw: Opening): [{ isAsked: boolean }, object] {
  const waiting = { isAsked: false };
  const bindings = { incoming: { socket: { remoteAddress: "127.0.0.1" } } };
  const wait = async (): Promise<object> => {
    waiting.isAsked = true;
    raw.opened();
    return raw;
  };
  const found = new Proxy(bindings, {
    get: (target, key, receiver) =>
      typeof key === "symbol" && key.description === "WAIT_FOR_WEBSOCKET_SYMBOL"
        ? wait
        : Reflect.get(target, key, receiver),
  });
  return [waiting, found];
}
