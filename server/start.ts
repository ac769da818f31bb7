// Owns the composition of one server: settings in, parts wired, sockets open. Called by main.ts and by tests.
// Never reads the environment and never prints: what must be seen by a person goes to `announce`.
import { mkdirSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import type { ServerType, WebSocketServerLike } from "@hono/node-server";
import { Cron } from "croner";
import { WebSocketServer } from "ws";
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
import { createBus } from "./bus.ts";
import { systemClock, systemRandom } from "./clock.ts";
import type { Clock, RandomBytes } from "./clock.ts";
import { linkBase } from "./env.ts";
import type { Env } from "./env.ts";
import { createKeptAssets } from "./kept-assets.ts";
import type { KeptAssets } from "./kept-assets.ts";
import { loadKeyring } from "./keyring.ts";
import type { Keyring } from "./keyring.ts";
import { createLog } from "./log.ts";
import type { Log } from "./log.ts";
import { createMailer } from "./mail.ts";
import type { Mailer } from "./mail.ts";
import { createOrganisations } from "./organisations.ts";
import type { Organisations } from "./organisations.ts";
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
};

export type Running = {
  readonly url: string;
  readonly port: number;
  readonly auth: Auth;
  readonly hub: Hub;
  readonly organisations: Organisations;
  readonly mailer: Mailer;
  /** Every address that answers, gates before them included (as `ALL`); what the route sweep goes over. Rule: TN1. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Stops accepting, tells sockets to come again later, and closes all files. */
  readonly stop: () => Promise<void>;
};

const RECHECK_MS = 60_000;

/** Starts a server. Throws: when settings, keys or files make a start impossible; the message says what to do. */
export async function startServer(env: Env, options: StartOptions): Promise<Running> {
  const { clock = systemClock, random = systemRandom, announce } = options;
  mkdirSync(env.dataDir, { recursive: true, mode: 0o700 });
  const log = createLog(env.logLevel);
  const folders = { dataDir: env.dataDir, keysDir: env.keysDir ?? join(env.dataDir, "keys") };
  const keyring = readKeyring(env, { ...folders, random, announce });
  const alarm = (event: object): void => log.warn({ event: "storage_alarm", detail: JSON.stringify(event) });
  const organisations = createOrganisations({ ...folders, keyring, random, clock, alarm });
  const main = await openMainDatabase(join(env.dataDir, "main.db"));
  const bus = createBus((error) => log.failure("listener_failed", error));
  const mailer = makeMailer(env, { clock, random, announce, log });
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
    onBrought: (org, updates) => log.info({ event: "brought_back", detail: `${org} ${updates}` }),
    onFailure: (error) => log.failure("sync_failed", error),
  });
  const isHealthy = async (): Promise<boolean> =>
    (await main.db.selectFrom("organisations").select("id").limit(1).execute()).length >= 0;
  const pages = options.pages ?? "dist/client";
  const keptAssets = join(env.dataDir, "client");
  const assets = createKeptAssets({ pages, folder: keptAssets, clock });
  await assets.renew();
  const app = createApp({
    auth,
    hub,
    log,
    folders: { pages, keptAssets },
    isSecure: env.tls !== undefined,
    isHealthy,
  });
  const server = await listen(env, app.fetch, log);
  const endJobs = startJobs({ auth, hub, log, clock, assets });
  const stop = async (): Promise<void> => {
    endJobs();
    await closeServer(server, hub);
    await hub.idle();
    await auth.background.idle();
    await mailer.close();
    await organisations.close();
    await main.close();
  };
  // Hint: a TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return { url: linkBase({ ...env, port }), port, auth, hub, organisations, mailer, routes: app.routes, stop };
}

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

type MailDeps = { clock: Clock; random: RandomBytes; announce: (line: string) => void; log: Log };

const makeMailer = (env: Env, { clock, random, announce, log }: MailDeps): Mailer =>
  createMailer({
    smtpUrl: env.smtpUrl,
    from: env.mailFrom,
    linkBase: linkBase(env),
    outboxDir: join(env.dataDir, "outbox"),
    announce,
    report: ({ type, kind, code }) => log.warn({ event: type, detail: `${kind} ${code}` }),
    clock,
    random,
    maxInFlight: env.limits.mailsInFlight,
  });

async function listen(
  env: Env,
  fetch: Parameters<typeof createAdaptorServer>[0]["fetch"],
  log: Log,
): Promise<ServerType> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: env.limits.frameBytes, perMessageDeflate: false });
  // Hint: a socket without an error listener puts the process at risk when a frame is too large.
  sockets.on("connection", (socket) =>
    socket.on("error", (error) => log.warn({ event: "socket_error", error: error.name })),
  );
  // Hint: the adapter names its own minimal type of a WebSocketServer, which ws's satisfies.
  const websocket = { server: sockets as unknown as WebSocketServerLike };
  const serverOptions = { ...(env.tls && readCertificate(env.tls)), shouldUpgradeCallback: asksForWebSocket };
  const server = createAdaptorServer({ fetch, websocket, serverOptions, ...(env.tls && { createServer }) });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.port, env.host, resolve);
  });
  return server;
}

const readCertificate = ({ cert, key }: { cert: string; key: string }): { cert: Buffer; key: Buffer } => ({
  cert: readFileSync(cert),
  key: readFileSync(key),
});

/** Any other upgrade would be left to nobody: without an end, and a risk to the process when it breaks off. Rule: SO13. */
const asksForWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === "websocket";

async function closeServer(server: ServerType, hub: Hub): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  hub.sockets.closeAll((socket) => socket.close({ type: "later" }));
  if ("closeAllConnections" in server) server.closeAllConnections();
  await closed;
}

type JobDeps = { auth: Auth; hub: Hub; log: Log; clock: Clock; assets: KeptAssets };

/** The jobs of this server: rights asked again each minute, unverified accounts ended, addresses cut. Answers with their end. */
function startJobs({ auth, hub, log, clock, assets }: JobDeps): () => void {
  const protect = (name: string, run: () => Promise<unknown>) => async (): Promise<void> => {
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
