// Owns the judgement whether this server can do its work, as one word of a closed list.
// Never says more to a stranger: what is wrong in detail stands in the log and the figures.
import { startTimer } from "./clock.ts";

/** Why a server should get no work now, the gravest first. Rule: OB4. */
export const illnesses = ["draining", "database", "keys", "disk", "storage", "loop"] as const;

export type Illness = (typeof illnesses)[number];

/** What is asked, each answering whether it is well; one that throws is not. */
export type Probes = Readonly<Record<"database" | "keys" | "disk" | "loop", () => boolean | Promise<boolean>>>;

export type Health = {
  /** The gravest illness, null when all is well. Rule: OB4. */
  readonly check: () => Promise<Illness | null>;
  /** From now on this server is going. */
  readonly drain: () => void;
  readonly isDraining: () => boolean;
  /** Hears of every commit of a studio. Rule: OB5. */
  readonly tellStorage: (org: string, isWorking: boolean) => void;
};

export type HealthOptions = {
  readonly probes: Probes;
  /** Hears of each change for the better or worse. */
  readonly onChange: (illness: Illness | null) => void;
};

/** A studio whose commit failed counts until one goes through, or nobody has tried for so long. Units: ms. */
const FAILING_MS = 60_000;

/** Makes the health of one server. */
export function createHealth({ probes, onChange }: HealthOptions): Health {
  const failing = new Map<string, () => number>();
  let isDraining = false;
  let last: Illness | null = null;
  const isFailing = (): boolean => {
    for (const [org, age] of failing) if (age() > FAILING_MS) failing.delete(org);
    return failing.size > 0;
  };
  const judge = async (): Promise<Illness | null> => {
    for (const name of ["database", "keys", "disk"] as const) if (!(await isWell(probes[name]))) return name;
    if (isFailing()) return "storage";
    return (await isWell(probes.loop)) ? null : "loop";
  };
  return {
    check: async () => {
      // Hint: going is no illness that the log has to tell.
      if (isDraining) return "draining";
      const illness = await judge();
      if (illness !== last) onChange(illness);
      last = illness;
      return illness;
    },
    drain: () => {
      isDraining = true;
    },
    isDraining: () => isDraining,
    tellStorage: (org, isWorking) => {
      if (isWorking) failing.delete(org);
      else failing.set(org, startTimer());
    },
  };
}

/** Asks a probe; one that throws is not well. */
export async function isWell(probe: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await probe();
  } catch {
    // Hint: what a probe throws is the illness itself; who fails for real reports it with its name.
    return false;
  }
}
