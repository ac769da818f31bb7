// Owns what all doors of sync share: the tenants by organisation, the open sockets, the presences of rooms.
// The two doors (sync.ts for sockets, changes.ts for HTTP) end in the same tenants.
import { readRecord } from "../../shared/collection.ts";
import type { DocId } from "../../shared/document.ts";
import { modelWindow } from "../../shared/model.ts";
import type { ModelWindow } from "../../shared/model.ts";
import { studioProfile } from "../../shared/studio.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { Bus } from "../bus.ts";
import { startTimer } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Limits } from "../limits.ts";
import type { Organisations } from "../organisations.ts";
import type { RecordAccess } from "./access.ts";
import { createBeats } from "./beats.ts";
import type { Beats } from "./beats.ts";
import { createContentHashes } from "./content-hash.ts";
import type { Later } from "./content-hash.ts";
import type { SyncCounts, SyncMeter } from "./meter.ts";
import { closeForHolders } from "./holdings.ts";
import { createJudge } from "./judge.ts";
import { createPresence } from "./presence.ts";
import type { Presence } from "./presence.ts";
import { createTallies } from "./tally.ts";
import type { Room } from "./room.ts";
import { createShares } from "./shares.ts";
import type { Share } from "./shares.ts";
import { createSockets } from "./sockets.ts";
import type { Sockets } from "./sockets.ts";
import { createTenant } from "./tenant.ts";
import { createTurns } from "./turns.ts";
import type { Tenant } from "./tenant.ts";

/** How often a quiet room hears something, so that the stock provider does not give it up. Units: ms. Source: sync.md §4.1. */
const KEEP_ALIVE_MS = 20_000;

export type HubDeps = {
  readonly organisations: Organisations;
  readonly sessions: Sessions;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly limits: Limits;
  /** The versions of the model whose writes are taken; this build's, unless a test says otherwise. */
  readonly models?: ModelWindow;
  readonly recordAccess: RecordAccess;
  /** Keeps the copy of the studio's name that invitations and the studio switcher show. */
  readonly renameOrganisation: (org: string, name: string) => Promise<void>;
  /** A device brought back, after a restore, updates with what others wrote. */
  readonly onBrought?: (org: string, updates: number) => void;
  readonly onFailure: (error: unknown) => void;
  readonly meter?: SyncMeter;
  /** Hears after each commit whether a studio's storage works. Rule: OB5. */
  readonly tellStorage?: (org: string, isWorking: boolean) => void;
};

export type Hub = HubDeps & {
  readonly models: ModelWindow;
  readonly sockets: Sockets;
  /** By which quiet sockets are told that they live. Rules: SO6, NU2, MM5. */
  readonly beats: { readonly rooms: Beats; readonly nudges: Beats };
  /** What a member has of the server. */
  readonly share: (member: string) => Share;
  /** The rooms of an organisation; null when it does not exist. */
  readonly tenant: (org: string) => Promise<Tenant | null>;
  readonly presence: (room: Room) => Presence;
  /** Closes the rooms of an organisation that is removed. */
  readonly forget: (org: string) => void;
  /** What is open and what waits now. Rule: OB2. */
  readonly counts: () => Promise<SyncCounts>;
  /** Waits until nothing is left to commit. */
  readonly idle: () => Promise<void>;
};

/** Makes the hub and listens to the bus. */
export function createHub(deps: HubDeps): Hub {
  const tenants = new Map<string, Promise<Tenant | null>>();
  const presences = new WeakMap<Room, Presence>();
  const sockets = createSockets(deps.onFailure);
  const names = new Map<string, string>();
  const judge = createJudge(deps.limits);
  const turns = createTurns(startTimer);
  const share = createShares(deps.limits, deps.clock);
  const tallies = createTallies(deps.limits, deps.clock);
  const scheduleHash = createContentHashes(timer);

  const onCommitted = (org: string, room: Room): void => {
    scheduleHash(room);
    if (room.doc !== "studio") return;
    const name = readRecord(room.ydoc, studioProfile, "self")?.record.businessName;
    if (name === undefined || names.get(org) === name) return;
    names.set(org, name);
    deps.renameOrganisation(org, name).catch(deps.onFailure);
  };

  const make = async (org: string): Promise<Tenant | null> => {
    const storage = await deps.organisations.open(org);
    if (storage === null) tenants.delete(org);
    if (storage === null) return null;
    const made: Tenant = createTenant({
      ...{ ...deps, org, storage, judge, turns, tallies },
      onCommitted: (_org, room) => {
        onCommitted(org, room);
        if (closeForHolders(room, made.rooms, deps.limits)) deps.meter?.guarded("open");
      },
    });
    return made;
  };

  const tenant = (org: string): Promise<Tenant | null> => {
    const known = tenants.get(org);
    if (known) return known;
    const made = make(org);
    tenants.set(org, made);
    made.catch(() => tenants.delete(org));
    return made;
  };

  const drop = async (org: string, doc: DocId): Promise<void> =>
    (await tenants.get(org))?.drop(doc, { type: "erased" });

  deps.bus.subscribe((event) => {
    if (event.type === "erased") drop(event.org, event.doc).catch(deps.onFailure);
    sockets.onEvent(event);
  });

  return {
    ...deps,
    models: deps.models ?? modelWindow,
    sockets,
    beats: { rooms: createBeats(KEEP_ALIVE_MS), nudges: createBeats(deps.limits.nudgeAliveMs) },
    share,
    tenant,
    presence: (room) => {
      const known = presences.get(room) ?? makePresence(room, deps);
      presences.set(room, known);
      return known;
    },
    forget: (org) => void tenants.delete(org),
    counts: async () => countAll((await Promise.allSettled(tenants.values())).flatMap(openTenant)),
    idle: async () => {
      await judge.idle();
      for (const each of [...tenants.values()]) await (await each)?.idle();
    },
  };
}

const openTenant = (made: PromiseSettledResult<Tenant | null>): Tenant[] =>
  made.status === "fulfilled" && made.value !== null ? [made.value] : [];

function countAll(tenants: readonly Tenant[]): SyncCounts {
  const rooms = tenants.flatMap((tenant) => [...tenant.rooms()]);
  return {
    studios: tenants.length,
    rooms: rooms.length,
    queued: rooms.reduce((sum, { queue }) => sum + queue.length, 0),
  };
}

const timer: Later = (run, ms) => {
  const timeout = setTimeout(run, ms).unref();
  return { cancel: () => clearTimeout(timeout) };
};

const makePresence = (room: Room, { limits, clock }: HubDeps): Presence =>
  createPresence({
    watchers: () => room.watchers,
    ownerOf: (client) => room.writers.get(client) ?? null,
    limits,
    clock,
    later: (run, ms) => void setTimeout(run, ms).unref(),
  });
