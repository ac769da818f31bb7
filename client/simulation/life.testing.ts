// Owns one life of the simulated server, between a start and a kill: the real parts of the server over disks that outlive it.
// A dead life goes no further, whoever waits for it. Never listens on a port.
import type { Hono } from "hono";
import type { Kysely } from "kysely";
import { createAddressReader } from "../../server/address.ts";
import { createApp } from "../../server/app.ts";
import { createAuth } from "../../server/auth/context.ts";
import type { Auth } from "../../server/auth/context.ts";
import { renameOrganisation } from "../../server/auth/studios.ts";
import { createBus } from "../../server/bus.ts";
import type { Bus } from "../../server/bus.ts";
import type { RandomBytes } from "../../server/clock.ts";
import { createHealth } from "../../server/health.ts";
import { startLimits } from "../../server/limits.ts";
import { createLog } from "../../server/log.ts";
import type { Mailer } from "../../server/mail.ts";
import type { Organisations } from "../../server/organisations.ts";
import { createMemoryStorage } from "../../server/storage.memory.ts";
import type { MemoryDisk } from "../../server/storage.memory.ts";
import { storageError } from "../../server/storage.ts";
import type { DocumentStorage } from "../../server/storage.ts";
import { createStudio } from "../../server/studio.ts";
import { createRecordAccess } from "../../server/sync/access.ts";
import { createHub } from "../../server/sync/hub.ts";
import type { Hub } from "../../server/sync/hub.ts";
import type { MainTables } from "../../server/tables.ts";
import type { World } from "./time.testing.ts";

/** Where a kill strikes: before the transaction is on disk, or after it and before anybody is told; or the disk fails. */
export type CommitFault = "before" | "after" | "fails";

/** What outlives a server. */
export type Disks = { readonly db: Kysely<MainTables>; org: MemoryDisk; orgId: string };

/** Whether a life is over, and the end itself, which fails everything that still waits for an answer. */
type Mark = { isDead: boolean; readonly end: PromiseWithResolvers<never> };

export type Life = Mark & { readonly app: Hono; readonly hub: Hub; readonly bus: Bus };

export type LifeDeps = {
  readonly world: World;
  readonly random: RandomBytes;
  readonly disks: Disks;
  readonly mailer: Mailer;
  /** What happens at the next commits, one after the other. */
  readonly commitFaults: CommitFault[];
  /** Ends this life. */
  readonly kill: () => void;
  readonly onFailure: (error: unknown) => void;
};

const RECHECK_MS = 60_000;

// Hint: one for all, because each of them waits for the end of the process.
const log = createLog("silent");

// Hint: rates are counted in real time, in which weeks of the simulation pass in a moment.
const limits = {
  ...startLimits,
  // Hint: work is measured in real time, and here a member's time passes in leaps.
  workMsPerMemberPerSecond: 1_000_000_000,
  upgradesPerMemberPerMinute: 1_000_000,
  upgradesPerAddressPerMinute: 1_000_000,
  requestsPerMemberPerMinute: 1_000_000,
  requestsPerAddressPerMinute: 1_000_000,
};

/** Begins a life. */
export function beginLife(deps: LifeDeps): Life {
  const mark: Mark = { isDead: false, end: Promise.withResolvers<never>() };
  const organisations = organisationsOf(deps, mark);
  const bus = createBus();
  const onFailure = (error: unknown): void => void (mark.isDead || deps.onFailure(error));
  const auth = makeAuth(deps, { organisations, bus, onFailure });
  const hub = createHub({
    organisations,
    sessions: auth.sessions,
    bus,
    clock: deps.world.now,
    limits,
    recordAccess: createRecordAccess(() => undefined),
    renameOrganisation: (org, name) => renameOrganisation(deps.disks.db, org, name),
    onFailure,
  });
  const folders = { pages: "client", keptAssets: "client" };
  const app = createApp({ auth, hub, log, folders, isSecure: false, ...makeWatch() });
  const recheck = setInterval(() => void hub.sockets.recheckAll(), RECHECK_MS);
  mark.end.promise.catch(() => clearInterval(recheck));
  return Object.assign(mark, { app, hub, bus });
}

/** What an operator would look at: a life is well until it ends, and nobody reads its figures. */
function makeWatch() {
  const well = (): boolean => true;
  const nothing = (): void => undefined;
  const probes = { database: well, keys: well, disk: well, loop: well };
  const health = createHealth({ probes, onChange: nothing });
  return { health, answered: nothing, figures: async () => "", metricsToken: undefined };
}

type Parts = {
  readonly organisations: Organisations;
  readonly bus: Bus;
  readonly onFailure: (error: unknown) => void;
};

const makeAuth = ({ world, random, disks, mailer }: LifeDeps, { organisations, bus, onFailure }: Parts): Auth =>
  createAuth({
    db: disks.db,
    clock: world.now,
    random,
    bus,
    mailer,
    limits,
    publicUrl: undefined,
    addressOf: createAddressReader(),
    createStudio: (studio) => createStudio(organisations, studio),
    removeStudio: () => Promise.resolve(),
    report: onFailure,
    passwordCost: { memoryCost: 1024, timeCost: 1 },
  });

function organisationsOf(deps: LifeDeps, mark: Mark): Organisations {
  let storage: DocumentStorage | null = null;
  const open = async (): Promise<DocumentStorage> => (storage ??= guard(deps, mark));
  return {
    open: async (org) => (org === deps.disks.orgId ? open() : null),
    create: async (org) => {
      deps.disks.orgId = org;
      return open();
    },
    remove: async () => undefined,
    close: async () => undefined,
  };
}

/** The storage, which can die at a commit. */
function guard({ random, disks, commitFaults, kill }: LifeDeps, mark: Mark): DocumentStorage {
  const storage = createMemoryStorage({ random, disk: disks.org, org: disks.orgId });
  const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
  return {
    ...storage,
    commit: async (changes) => {
      const fault = commitFaults.shift();
      if (fault === "fails") throw storageError("closed", "the disk is full");
      if (fault === "before") kill();
      if (mark.isDead) return never();
      const results = await storage.commit(changes);
      if (fault === "after") kill();
      return mark.isDead ? never() : results;
    },
  };
}
