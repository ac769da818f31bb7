// Owns the servers that are compared: how each is started on a core of its own, opened and ended, with its defaults.
// Each run gets a fresh process and a fresh folder. Never measures.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { WebSocket } from "ws";
import type { DocId } from "../shared/document.ts";
import { startServerProcess } from "../server/durability/process.testing.ts";
import type { ServerProcess } from "../server/durability/process.testing.ts";
import { member, signUpOwner } from "../server/testing.ts";
import type { Member } from "../server/testing.ts";
import { freePort } from "../tools/port.ts";
import { hocuspocusWire, plainWire } from "./wire.ts";
import type { Wire } from "./wire.ts";

/** A server that runs. */
export type Running = {
  readonly pid: number;
  /** Where sockets connect; a room's name is added where the protocol says so. */
  readonly url: string;
  /** The member on whose behalf all clients write; a made-up one where there are no members. */
  readonly member: string;
  readonly connect: (doc: DocId) => { readonly socket: WebSocket; readonly wire: Wire };
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A server to compare. `waitsForDisk` is true where a client's turn ends with its acknowledgement. */
export type Contender = {
  readonly name: "lumiso" | "hocuspocus" | "y-websocket";
  readonly label: string;
  readonly waitsForDisk: boolean;
  readonly start: (options: StartOptions) => Promise<Running>;
};

/** Units: `core` is a number of a processor, or null where processes cannot be pinned. */
export type StartOptions = { readonly core: number | null; readonly nodeFlags?: readonly string[] };

/** A server that keeps what it stores in a folder, to be started there again. */
export type Storing = {
  readonly name: string;
  readonly label: string;
  /** False where nothing is ever acknowledged: what the others in a room have seen is all there is to go by. */
  readonly acknowledges: boolean;
  /** How long to wait, after its first answer, for what it had stored; 0 where that answer holds it. Units: ms. */
  readonly lateMs: number;
  readonly start: (folder: string) => Promise<Running>;
};

/** The program of util-linux that pins processes to cores. */
const PIN = "taskset";

/** Puts this process on some cores; false where that cannot be done, so that figures of such a machine say so. */
export function pinTo(cores: string): boolean {
  try {
    execFileSync(PIN, ["-apc", cores, String(process.pid)], { stdio: "ignore" });
    return true;
  } catch {
    // Hint: no such program here, or one core only.
    return false;
  }
}

const launcherFor = (core: number | null): string[] => (core === null ? [] : [PIN, "-c", String(core)]);

/** Our own limits are no subject here: the load is faster than any person. */
const LIMITS = {
  framesPerSecond: 1_000_000,
  frameBytesPerSecond: 1_000_000_000,
  framesPerMemberPerSecond: 1_000_000,
  frameBytesPerMemberPerSecond: 1_000_000_000,
  workMsPerMemberPerSecond: 1_000_000,
  workerApplySteps: 1_000_000_000_000,
  workerApplyBytes: 1_000_000_000,
  socketsPerMember: 10_000,
  upgradesPerAddressPerMinute: 100_000,
  upgradesPerMemberPerMinute: 100_000,
  requestsPerMemberPerMinute: 1_000_000,
  requestsPerAddressPerMinute: 1_000_000,
  requestsAtOncePerMember: 100_000,
  connectionsPerAddress: 100_000,
  removalsPerMemberPerHour: 1_000_000_000,
  clientIdsPerMemberPerDay: 1_000_000_000,
};

const SETTINGS = { LIMITS: JSON.stringify(LIMITS) };
const EMAIL = "olcum@example.com";

/** Ours on a fresh folder, with the owner of a studio; `limits` go over those that the benches lift, null leaves all as they are. */
export type Studio = Running & { readonly server: ServerProcess; readonly owner: Member; readonly root: string };

type StudioOptions = StartOptions & { readonly limits?: Readonly<Record<string, number>> | null };

/** Starts ours as the suites do that measure it alone. */
export async function startStudio({ core, nodeFlags = [], limits = {} }: StudioOptions): Promise<Studio> {
  const root = mkdtempSync(join(tmpdir(), "lumiso-bench-"));
  const launcher = launcherFor(core);
  const env: Record<string, string> = limits === null ? {} : { LIMITS: JSON.stringify({ ...LIMITS, ...limits }) };
  const server = await startServerProcess({ dataDir: join(root, "data"), env, launcher, nodeFlags });
  const owner = await signUpOwner(server, { email: EMAIL });
  const running = asMember(server, owner);
  const stop = async (): Promise<void> => {
    await running.stop();
    rmSync(root, { recursive: true, force: true });
    if (server.problems.length > 0) throw new Error(`lumiso logged: ${server.problems[0]}`);
  };
  return { ...running, stop, server, owner, root };
}

/** Ours once more, over the folder of one that was stopped. */
export async function restartStudio({ root, owner }: Studio, { core }: StartOptions): Promise<Studio> {
  const env = { LIMITS: JSON.stringify(LIMITS) };
  const server = await startServerProcess({ dataDir: join(root, "data"), env, launcher: launcherFor(core) });
  const again = member(server.url, owner);
  return { ...asMember(server, again), server, owner: again, root };
}

const asMember = (server: ServerProcess, owner: Member): Running => ({
  pid: server.pid,
  url: `${server.url.replace("http", "ws")}/sync/${owner.orgId}`,
  member: owner.userId,
  connect: (doc) => ({
    socket: new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/${doc}?ack=1`),
    wire: plainWire(),
  }),
  kill: () => server.kill("SIGKILL"),
  stop: () => server.kill("SIGTERM"),
});

/** Ours in a folder, with the same owner at each start. */
function storingLumiso(): Storing["start"] {
  let owner: Member | null = null;
  return async (folder) => {
    const server = await startServerProcess({ dataDir: join(folder, "data"), env: SETTINGS });
    owner = owner === null ? await signUpOwner(server, { email: EMAIL }) : member(server.url, owner);
    return asMember(server, owner);
  };
}

const PEERS = join(import.meta.dirname, "peers");

type Peer = {
  readonly script: string;
  readonly urlOf: (port: number, doc: DocId) => string;
  readonly wireOf: (doc: DocId) => Wire;
  readonly env?: Readonly<Record<string, string>>;
};

async function startPeer({ script, urlOf, wireOf, env = {} }: Peer, { core }: StartOptions): Promise<Running> {
  const port = await freePort();
  const [program, ...args] = [...launcherFor(core), process.execPath, script];
  const child = spawn(program, args, {
    cwd: PEERS,
    env: { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  await Promise.race([saysRunning(child.stdout), ended]);
  if (child.exitCode !== null) throw new Error(`${script} ended`);
  return {
    pid: child.pid ?? 0,
    url: `ws://127.0.0.1:${port}`,
    member: "member000000000000000000",
    connect: (doc) => ({ socket: new WebSocket(urlOf(port, doc)), wire: wireOf(doc) }),
    kill,
    stop: kill,
  };
}

/** Each says that it is running, after other things. */
async function saysRunning(output: Readable): Promise<void> {
  let said = "";
  while (!said.includes("running")) said += String((await once(output, "data"))[0]);
}

const hocuspocus: Peer = {
  script: "hocuspocus.mjs",
  urlOf: (port) => `ws://127.0.0.1:${port}`,
  wireOf: hocuspocusWire,
};

const yWebsocket: Peer = {
  script: "node_modules/y-websocket/bin/server.cjs",
  urlOf: (port, doc) => `ws://127.0.0.1:${port}/${doc}`,
  wireOf: plainWire,
};

/** The servers in the order in which they take turns. */
export const contenders: readonly Contender[] = [
  { name: "lumiso", label: "Lumiso, durable and sealed, acknowledged", waitsForDisk: true, start: startStudio },
  {
    name: "hocuspocus",
    label: "Hocuspocus 4.7.0, memory",
    waitsForDisk: false,
    start: (options) => startPeer(hocuspocus, options),
  },
  {
    name: "y-websocket",
    label: "y-websocket 2.1.0, memory",
    waitsForDisk: false,
    start: (options) => startPeer(yWebsocket, options),
  },
];

/** The servers that store; each call makes new ones, for new folders. */
export const storingServers = (): Storing[] => [
  { name: "lumiso", label: "Lumiso", acknowledges: true, lateMs: 0, start: storingLumiso() },
  {
    name: "hocuspocus",
    label: "Hocuspocus 4.7.0 with its Database extension on SQLite",
    acknowledges: true,
    lateMs: 0,
    start: (folder) => startPeer({ ...hocuspocus, env: { DATA_FILE: join(folder, "documents.db") } }, { core: null }),
  },
  {
    name: "y-websocket",
    label: "y-websocket 2.1.0 with LevelDB",
    acknowledges: false,
    // Hint: it answers before it has loaded, and sends the stored document afterwards.
    lateMs: 20_000,
    start: (folder) => startPeer({ ...yWebsocket, env: { YPERSISTENCE: join(folder, "level") } }, { core: null }),
  },
];

/** Processor time of a process so far. Units: seconds. Source: proc(5), fields 14 and 15, in hundredths. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Memory of a process that is in use now. Units: bytes. */
export const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN) * 1024;
