// Owns what a figure must carry with it to mean anything: the machine, the versions, and how busy it was with other work.
import { cpus, loadavg, release, totalmem } from "node:os";

export type Machine = {
  readonly processor: string;
  readonly cores: number;
  readonly gibibytes: number;
  readonly kernel: string;
  readonly node: string;
};

/** This machine. */
export const describeMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  gibibytes: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
});

/** How many processes wanted to run in the last minute. */
export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;
