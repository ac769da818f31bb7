// Owns every limit of the server as one table of data, and how LIMITS overrides it.
// Never enforces one: the part that spends what is limited does. Source: sync.md §4.4 (start values).
import * as v from "valibot";
import { sharedLimits } from "../shared/limits.ts";
import { err, ok } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";

const KB = 1000;
const KIB = 1024;
const MIB = 1024 * KIB;

/** The start values. Units: in the name; a name without one is a count. Rule: ED6. */
export const startLimits = {
  // Frames, bodies and documents, as devices know them too.
  ...sharedLimits,

  // Frames and bodies of sync.
  workerApplyBytes: 64 * KB,
  workerApplySteps: 200_000,
  workerApplyMs: 5000,
  heavyApplyMs: 150,
  feedPageEntries: 500,
  feedPageBytes: 4 * MIB,
  commandsBodyBytes: 256 * KB,

  // Sockets.
  framesPerSecond: 50,
  frameBytesPerSecond: MIB,
  framesPerMemberPerSecond: 500,
  frameBytesPerMemberPerSecond: 4 * MIB,
  workMsPerMemberPerSecond: 500,
  socketsPerMember: 200,
  nudgeAliveMs: 20_000,
  upgradesPerAddressPerMinute: 120,
  upgradesPerMemberPerMinute: 1200,
  bufferedSoftBytes: MIB,
  bufferedHardBytes: 8 * MIB,
  awarenessBytes: KIB,
  awarenessPerSecond: 2,

  // HTTP and connections. Ten tablets of one member that come back after a week: about 540 requests each.
  requestsPerMemberPerMinute: 6000,
  requestsPerAddressPerMinute: 1200,
  requestsAtOncePerMember: 64,
  connectionsPerAddress: 2000,
  connectionsAtOnce: 20_000,
  headerBytes: 16 * KIB,
  headersMs: 10_000,
  requestMs: 120_000,
  closeAnswerMs: 5000,

  // Disks, health and drain.
  lockWaitMs: 10_000,
  healthMs: 2000,
  diskFreeBytes: 256 * MIB,
  loopDelayMs: 5000,
  drainSpreadMs: 2000,
  drainRequestsMs: 10_000,
  drainCommitMs: 10_000,

  // Documents.
  tickMs: 50,
  keptLargeBytes: 16 * MIB,
  openLargeBytesPerMember: 24 * MIB,
  openLargeBytesPerStudio: 96 * MIB,
  removalsPerMemberPerHour: 5000,
  clientIdsPerMemberPerDay: 512,
  grownBytesPerMemberPerDay: 512 * MIB,
  restoringMs: 30 * 24 * 60 * 60_000,

  // Sign-in, team and mail.
  jsonBodyBytes: 16 * KIB,
  passwordHashesAtOnce: 2,
  passwordHashesWaiting: 64,
  signInsPerAddressPer15Minutes: 200,
  failuresPerAccountAndAddress: 10,
  failuresPerAccount: 100,
  failureWindowMs: 15 * 60_000,
  lockMs: 15 * 60_000,
  lockMaxMs: 24 * 60 * 60_000,
  signUpsPerAddressPerHour: 100,
  tokenTriesPerAddressPer15Minutes: 200,
  mailsPerAddressPerHour: 100,
  mailsPerRecipientAndAddressPerHour: 10,
  mailsPerRecipientPerHour: 30,
  invitationsPerStudioPerHour: 100,
  mailsInFlight: 1000,
} as const satisfies Record<string, number>;

export type LimitName = keyof typeof startLimits;

export type Limits = Readonly<Record<LimitName, number>>;

const limit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER));

// Hint: the keys of a const object with `satisfies` are its names.
const names = Object.keys(startLimits) as LimitName[];

const overridesSchema = v.strictObject(Object.fromEntries(names.map((name) => [name, v.optional(limit)])));

// Hint: an array would pass as an object without any names.
const isNoArray = v.custom<object>((value) => !Array.isArray(value));

const overridesForm = v.pipe(v.string(), v.parseJson(), isNoArray, overridesSchema);

/** Reads LIMITS, a JSON object of some of the names, over the start values. Fails: the names that are wrong. Rule: ED6. */
export function parseLimits(json: string): Result<Limits, readonly string[]> {
  const parsed = v.safeParse(overridesForm, json);
  if (parsed.success) return ok({ ...startLimits, ...parsed.output });
  return err([...new Set(parsed.issues.map((issue) => v.getDotPath(issue) ?? "not a JSON object"))]);
}
