import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BREAK_MS, firstLink, followLink, judge, RED_AFTER_MS } from "./judge.ts";
import type { Facts, Judged, LinkView } from "./judge.ts";

/** What happens to a device. Times pass between the events. */
type Happening =
  | { readonly what: "loaded" | "not_loaded" | "counted" | "change" | "written" | "answered" | "refused" | "given_up" }
  | { readonly what: "disk"; readonly is: "well" | "full" | "device" }
  | { readonly what: "link"; readonly isUp: boolean }
  | { readonly what: "blocked"; readonly by: Facts["blocked"] }
  | { readonly what: "standing"; readonly is: Facts["standing"] }
  | { readonly what: "wait"; readonly ms: number };

/** The world as it is, told without the words of the rule table. */
type World = {
  now: number;
  isLoaded: boolean;
  isStopped: boolean;
  isCounted: boolean;
  disk: "well" | "full" | "device";
  /** When each change that is only in memory was made. */
  inMemory: number[];
  /** Rows on the disk that nobody has answered, with when each became the oldest one; undefined while it is not. */
  unsent: { readonly id: number; oldestAt?: number }[];
  lastRow: number;
  aside: number;
  isUp: boolean;
  /** Every time the link went up or down. */
  turns: { readonly at: number; readonly isUp: boolean }[];
  lastContact: number | null;
  blocked: Facts["blocked"];
  standing: Facts["standing"];
};

const start = (isUp: boolean): World => ({
  now: 0,
  isLoaded: false,
  isStopped: false,
  isCounted: false,
  disk: "well",
  inMemory: [],
  unsent: [],
  lastRow: 0,
  aside: 0,
  isUp,
  turns: [{ at: 0, isUp }],
  lastContact: null,
  blocked: null,
  standing: "current",
});

const acts: Record<
  Exclude<Happening["what"], "disk" | "link" | "blocked" | "standing" | "wait">,
  (world: World) => void
> = {
  loaded: (world) => void (world.isLoaded = !world.isStopped),
  not_loaded: (world) => void (world.isStopped = !world.isLoaded),
  counted: (world) => void (world.isCounted = true),
  change: (world) => void world.inMemory.push(world.now),
  written: (world) => {
    if (!world.isLoaded || world.disk !== "well") return;
    for (const _ of world.inMemory.splice(0)) world.unsent.push({ id: (world.lastRow += 1) });
  },
  answered: (world) => {
    if (!world.isLoaded || !world.isUp || world.blocked !== null) return;
    world.lastContact = world.now;
    world.unsent.shift();
  },
  refused: (world) => {
    if (world.isUp && world.unsent.shift() !== undefined) world.aside += 1;
  },
  given_up: (world) => void (world.aside = Math.max(0, world.aside - 1)),
};

function happen(world: World, event: Happening): void {
  if (event.what === "disk") world.disk = event.is;
  else if (event.what === "blocked") world.blocked = event.by;
  else if (event.what === "standing") world.standing = event.is;
  else if (event.what === "link" && event.isUp !== world.isUp) {
    world.isUp = event.isUp;
    world.turns.push({ at: world.now, isUp: event.isUp });
    if (event.isUp) world.lastContact = world.now;
  } else if (event.what !== "link" && event.what !== "wait") acts[event.what](world);
  const [first] = world.unsent;
  if (first !== undefined) first.oldestAt ??= world.now;
}

/** What status.ts would gather of this world. */
function factsOf(world: World, view: LinkView): Facts {
  const [oldest] = world.unsent;
  return {
    ...view,
    toWall: 0,
    isCounted: world.isCounted,
    startedAt: 0,
    changes: world.unsent.length,
    stored: world.unsent.length,
    oldest: oldest === undefined ? null : { id: oldest.id, since: oldest.oldestAt ?? world.now },
    quarantined: world.aside,
    diskSince: world.inMemory[0] ?? null,
    diskFailure: world.inMemory.length > 0 && world.disk !== "well" ? world.disk : null,
    lastContact: world.lastContact,
    blocked: world.blocked,
    standing: world.standing,
    isStopped: world.isStopped,
  };
}

/** Since when the link has been up, by looking back over everything that happened; null while it is told to be down. */
function upSince({ turns, now, lastContact }: World): number | null {
  const last = turns.at(-1);
  const isDown = last?.isUp === false && (lastContact === null || now - last.at >= BREAK_MS);
  if (last === undefined || isDown) return null;
  let since = last.isUp ? last.at : (turns.at(-2)?.at ?? last.at);
  for (let index = turns.length - (last.isUp ? 1 : 2); index > 1; index -= 2) {
    const [up, down] = [turns[index], turns[index - 1]];
    if (up === undefined || down === undefined || up.at - down.at >= BREAK_MS) break;
    since = turns[index - 2]?.at ?? since;
  }
  return since;
}

/** Everything a member could call a lie. */
function expectHonest(world: World, { status }: Judged): void {
  const { now, inMemory, unsent, aside, isCounted } = world;
  const { kind, reason } = status;
  const isUnsaved = inMemory.length > 0 || unsent.length > 0;
  if (isUnsaved) expect(kind, "unsaved").not.toMatch(/^(?:saved|opening)$/);
  if (kind === "saved") expect({ isCounted, aside }).toEqual({ isCounted: true, aside: 0 });
  expect(status.refused).toBe(aside);
  if (aside > 0) expect(kind, "refused must not be hidden by calm").toMatch(/^(?:refused|not_saved)$/);
  const up = upSince(world);
  expect(status.isOffline).toBe(up === null);
  if (up === null && aside === 0) expect(kind, "offline must be told").toMatch(/^(?:offline|not_saved)$/);
  const first = unsent[0]?.oldestAt;
  const unanswered = up === null || first === undefined ? null : Math.max(first, up);
  if (reason === "unacknowledged") {
    expect(up, "red for being offline").not.toBeNull();
    expect(now - (unanswered ?? now)).toBeGreaterThanOrEqual(RED_AFTER_MS);
  }
  if (kind === "not_saved") expect(isUnsaved || world.isStopped || !isCounted, "red for nothing").toBe(true);
  const owed = [inMemory[0], isCounted ? undefined : 0].filter((at) => at !== undefined);
  if (owed.some((at) => now - at >= RED_AFTER_MS)) expect(kind, "the disk owes an answer").toBe("not_saved");
  if (inMemory.length > 0 && world.disk !== "well") expect(kind, "the disk fails").toBe("not_saved");
  const isAsked = world.isUp && world.blocked === null && world.standing === "current";
  if (isAsked && unanswered !== null && now - unanswered >= RED_AFTER_MS) expect(kind, "no answer").toBe("not_saved");
  if (unsent.length > 0 && (world.blocked !== null || world.standing === "outdated")) expect(kind).toBe("not_saved");
}

const simple = fc.constantFrom(
  ...(["loaded", "counted", "change", "change", "written", "written", "answered", "refused", "given_up"] as const),
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: simple.map((what) => ({ what })) },
  { weight: 1, arbitrary: fc.constant<Happening>({ what: "not_loaded" }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant("disk" as const), is: fc.constantFrom("well", "full", "device") }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("link" as const), isUp: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant("blocked" as const),
      by: fc.constantFrom(null, null, "signed_out", "email_unverified"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant("standing" as const),
      is: fc.constantFrom("current", "current", "outdated", "ahead"),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 900, 1999, 2000, 5000, 7999, 8000, 30_000),
    }),
  },
);

/** The chip over a world: judged when something happens and when the last judgement asked for it, at no other time. */
function run(events: readonly Happening[], isUp: boolean): void {
  const world = start(isUp);
  let view: LinkView = firstLink(isUp, 0);
  let shown = judge(factsOf(world, view), 0);
  const look = (): void => {
    view = followLink(view, { isOnline: world.isUp, linkSince: world.turns.at(-1)?.at ?? 0 });
    shown = judge(factsOf(world, view), world.now);
  };
  for (const event of events) {
    const until = world.now + (event.what === "wait" ? event.ms : 0);
    while (shown.againAt !== null && shown.againAt <= until) {
      world.now = Math.max(world.now, shown.againAt);
      look();
      expectHonest(world, shown);
    }
    world.now = until;
    happen(world, event);
    if (event.what !== "wait") look();
    expectHonest(world, shown);
  }
}

/** A device that runs, with a change on its disk: what the long waits are about. */
const running: readonly Happening[] = [
  { what: "loaded" },
  { what: "counted" },
  { what: "change" },
  { what: "written" },
];
const begun = fc.constantFrom([], running, running);
const linkAndTime: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ what: fc.constant("link" as const), isUp: fc.boolean() }),
  fc.record({ what: fc.constant("wait" as const), ms: fc.constantFrom(900, 1999, 2000, 5000, 7100, 8000) }),
  fc.constantFrom<Happening>({ what: "change" }, { what: "given_up" }),
);

describe("the chip", () => {
  test("[CH1] is honest through any sequence of what can happen to disk, link and server", () => {
    // Hint: fast-check prints the seed and the shortest failing sequence.
    const events = fc.tuple(begun, fc.array(happening, { maxLength: 60 })).map((parts) => parts.flat());
    const property = fc.property(events, fc.boolean(), (happened, isUp) => run(happened, isUp));
    fc.assert(property, { numRuns: 2000, seed: 20_261_122 });
  });

  test("[CH1][CH5] is honest while only the link comes and goes, and counts through breaks too short to be told", () => {
    const events = fc.array(linkAndTime, { maxLength: 20 }).map((happened) => [...running, ...happened]);
    const property = fc.property(events, (happened) => run(happened, true));
    fc.assert(property, { numRuns: 1000, seed: 20_261_123 });
  });
});
