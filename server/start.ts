// Owns the composition of one server: settings in, parts wired, sockets open. Called by main.ts and by tests.
// Never reads the environment and never prints: what must be seen by a person goes to `announce`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Cron } from "croner";
import type { ModelWindow } from "../shared/model.ts";
import { createAddressReader } from "./address.ts";
import { createApp } from "./app.ts";
import { createAuth } from "./auth/context.ts";
import type { Auth } from "./auth/context.ts";
import { endExpired } from "./auth/expiry.ts";
import type { PasswordCost } from "./auth/passwords.ts";
import { truncateAddresses } from "./auth/sign-in-log.ts";
import { endUnverified } from "./auth/sign-up.ts";
import { discardEmptyStudios, renameOrganisation } from "./auth/studios.ts";
import { createOperate } from "./backup/document.ts";
import { listenToOperator } from "./backup/operator.ts";
import { foldersOf } from "./backup/settings.ts";
import { useData } from "./backup/swap.ts";
import { createBus } from "./bus.ts";
import { systemClock, systemRandom } from "./clock.ts";
import type { Clock, RandomBytes } from "./clock.ts";
import { drainPort, within } from "./drain.ts";
import { linkBase } from "./env.ts";
import type { Env } from "./env.ts";
import { createHealth } from "./health.ts";
import type { Health } from "./health.ts";
import { createProbes } from "./health.probes.ts";
import { createKeptAssets } from "./kept-assets.ts";
import type { KeptAssets } from "./kept-assets.ts";
import { loadKeyring } from "./keyring.ts";
import type { Keyring } from "./keyring.ts";
import { listen } from "./listen.ts";
import type { Listening } from "./listen.ts";
import { createLog } from "./log.ts";
import type { Log, LogEvent, LogOptions } from "./log.ts";
import { watchLoop } from "./loop-delay.ts";
import { createMailer } from "./mail.ts";
import type { Mailer } from "./mail.ts";
import { createMetrics } from "./metrics.ts";
import type { Metrics } from "./metrics.ts";
import { createOrganisations } from "./organisations.ts";
import type { Organisations } from "./organisations.ts";
import { createKeyOf } from "./rates.ts";
import { createStudio } from "./studio.ts";
import { createRecordAccess } from "./sync/access.ts";
import { createHub } from "./sync/hub.ts";
import type { Hub } from "./sync/hub.ts";
import { openMainDatabase } from "./tables.migrations.ts";

/** What a server is started with besides its settings; all but `announce` are for tests. */
export type StartOptions = {
  readonly announce: (line: string) => void;
  readonly pages?: string;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  readonly passwordCost?: PasswordCost;
  /** The versions of the model whose writes are taken. */
  readonly models?: ModelWindow;
  /** Where log lines go instead of standard output. */
  readonly logTo?: NonNullable<LogOptions["destination"]>;
};

export type Running = {
  readonly url: string;
  readonly port: number;
  readonly auth: Auth;
  readonly hub: Hub;
  readonly organisations: Organisations;
  readonly mailer: Mailer;
  readonly log: Log;
  /** Every address that answers, gates before them included (as `ALL`); what the route sweep goes over. Rule: TN1. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Tells sockets to come again, finishes what is under way within bounds, and closes all files. Rules: DR1–DR4. */
  readonly stop: () => Promise<void>;
};

const RECHECK_MS = 60_000;

/** Starts a server. Throws: when settings, keys or files make a start impossible; the message says what to do. */
export async function startServer(env: Env, options: StartOptions): Promise<Running> {
  const { clock = systemClock, random = systemRandom, announce } = options;
  mkdirSync(env.dataDir, { recursive: true, mode: 0o700 });
  const metrics = createMetrics();
  const log = createLog(env.logLevel, {
    onProblem: metrics.problem,
    ...(options.logTo === undefined ? {} : { destination: options.logTo }),
  });
  const folders = foldersOf(env);
  const using = useData(folders);
  const keyring = readKeyring(env, { ...folders, random, announce });
  const { lockWaitMs } = env.limits;
  const main = await openMainDatabase(join(env.dataDir, "main.db"), lockWaitMs);
  const bus = createBus((error) => log.failure("listener_failed", error));
  const mailer = makeMailer(env, { clock, random, announce, log, metrics });
  const loop = watchLoop();
  const health = makeHealth(log, {
    ...{ canWrite: main.canWrite, keyring, limits: env.limits, loop: loop.delay },
    folders: Object.values(folders),
  });
  const organisations = createOrganisations({
    ...{ ...folders, keyring, random, clock, lockWaitMs, tellStorage: health.tellStorage },
    alarm: ({ type: kind, ...where }) => log.warn({ event: "storage_alarm", kind, ...where }),
  });
  const auth = createAuth({
    db: main.db,
    clock,
    random,
    bus,
    mailer,
    limits: env.limits,
    publicUrl: env.publicUrl,
    addressOf: createAddressReader(env.trustedProxies),
    createStudio: (studio) => createStudio(organisations, studio),
    removeStudio: (org) => organisations.remove(org),
    report: (error) => log.failure("background_failed", error),
    ...(options.passwordCost === undefined ? {} : { passwordCost: options.passwordCost }),
  });
  const hub = createHub({
    organisations,
    sessions: auth.sessions,
    bus,
    clock,
    limits: env.limits,
    ...(options.models === undefined ? {} : { models: options.models }),
    recordAccess: createRecordAccess(() => undefined),
    renameOrganisation: (org, name) => renameOrganisation(main.db, org, name),
    onBrought: (org, count) => log.info({ event: "brought_back", org, count }),
    onFailure: (error) => log.failure("sync_failed", error),
    meter: metrics.sync,
    tellStorage: health.tellStorage,
  });
  const pages = options.pages ?? "dist/client";
  const keptAssets = join(env.dataDir, "client");
  const assets = createKeptAssets({ pages, folder: keptAssets, clock });
  await assets.renew();
  const endOperator = await listenToOperator(env.dataDir, createOperate(hub));
  let port: Listening | null = null;
  const app = createApp({
    ...{ auth, hub, log, health },
    folders: { pages, keptAssets },
    isSecure: env.tls !== undefined,
    metricsToken: env.metricsToken,
    answered: metrics.answered,
    figures: () =>
      metrics.text({
        counts: hub.counts,
        sockets: () => port?.sockets.clients.size ?? 0,
        connections: () => port?.connections.count() ?? 0,
        loop: loop.delay,
      }),
  });
  port = await listen(env, { fetch: app.fetch, log, keyOf: createKeyOf(random), onSocketClosed: metrics.socketClosed });
  log.info({ event: "started" });
  const endJobs = startJobs({ auth, hub, log, clock, assets });
  const stop = async (): Promise<void> => {
    endJobs();
    health.drain();
    await endOperator();
    log.info({ event: "draining", ...(port && { count: port.sockets.clients.size }) });
    if (port !== null) await drainPort(port, { random, limits: env.limits });
    await within(env.limits.drainCommitMs, Promise.all([hub.idle(), auth.background.idle(), mailer.close()]));
    loop.stop();
    await organisations.close();
    await main.close();
    using.release();
    log.info({ event: "drained" });
  };
  const url = linkBase({ ...env, port: port.port });
  return { url, port: port.port, auth, hub, organisations, mailer, log, routes: app.routes, stop };
}

const makeHealth = (log: Log, parts: Omit<Parameters<typeof createProbes>[0], "random">): Health =>
  createHealth({
    // Hint: the machine's own random source, so that a seeded one is not spent by whoever asks for health.
    probes: createProbes({ ...parts, random: systemRandom }),
    onChange: (kind) => (kind === null ? log.info({ event: "recovered" }) : log.warn({ event: "degraded", kind })),
  });

type KeyDeps = { dataDir: string; keysDir: string; random: RandomBytes; announce: (line: string) => void };

const keyAdvice = {
  key_malformed: "KEY_ENCRYPTION_KEY must hold 32 bytes in base64",
  key_ambiguous: "set KEY_ENCRYPTION_KEY or KEY_ENCRYPTION_KEY_FILE, not both",
  key_file_missing: "the key-encryption key is missing although studios exist: put its file back, no new one is made",
} as const;

function readKeyring(env: Env, { announce, ...folders }: KeyDeps): Keyring {
  const loaded = loadKeyring({ ...folders, key: env.keyEncryptionKey, keyFile: env.keyEncryptionKeyFile });
  if (!loaded.ok) throw new Error(`${keyAdvice[loaded.error.type]} (${loaded.error.path ?? "environment"})`);
  const { keyring, madeAt } = loaded.value;
  if (madeAt !== null) {
    announce(`A key-encryption key was made at ${madeAt}. Keep a copy somewhere else: without it nothing can be read.`);
  }
  return keyring;
}

type MailDeps = { clock: Clock; random: RandomBytes; announce: (line: string) => void; log: Log; metrics: Metrics };

const makeMailer = (env: Env, { clock, random, announce, log, metrics }: MailDeps): Mailer =>
  createMailer({
    smtpUrl: env.smtpUrl,
    from: env.mailFrom,
    linkBase: linkBase(env),
    outboxDir: join(env.dataDir, "outbox"),
    announce,
    report: ({ type, kind, code }) => {
      metrics.mailed("failed");
      log.warn({ event: type, kind, code });
    },
    onSent: () => metrics.mailed("sent"),
    clock,
    random,
    maxInFlight: env.limits.mailsInFlight,
  });

type JobDeps = { auth: Auth; hub: Hub; log: Log; clock: Clock; assets: KeptAssets };

/** The jobs of this server: rights asked again each minute, unverified accounts ended, addresses cut. Answers with their end. */
function startJobs({ auth, hub, log, clock, assets }: JobDeps): () => void {
  const protect = (name: LogEvent, run: () => Promise<unknown>) => async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      log.failure(name, error);
    }
  };
  const recheck = setInterval(protect("recheck_failed", hub.sockets.recheckAll), RECHECK_MS);
  const hourly = new Cron(
    "17 * * * *",
    protect("hourly_failed", async () => {
      await endUnverified(auth, clock());
      await discardEmptyStudios(auth, clock());
    }),
  );
  const nightly = new Cron(
    "43 2 * * *",
    protect("nightly_failed", async () => {
      await truncateAddresses(auth.db, clock());
      await endExpired(auth, clock());
      await assets.renew();
    }),
  );
  return () => {
    clearInterval(recheck);
    hourly.stop();
    nightly.stop();
  };
}
