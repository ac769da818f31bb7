// Owns what may stand in a log line: an allow-list of fields, nothing else. No names, no addresses, no texts, no URLs with queries.
// Never logs an error's message from outside our code: its name and our own stack positions only.
import pino from "pino";
import type { Logger } from "pino";

/** The fields of a log line; policy/inventory.ts classifies each. Rule: LO1. Source: R18. */
export type LogLine = {
  readonly event: string;
  readonly method?: string;
  /** The pattern of a route, never the address that was asked for. */
  readonly route?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly error?: string;
  readonly at?: string;
  readonly detail?: string;
};

export type Log = {
  readonly info: (line: LogLine) => void;
  readonly warn: (line: LogLine) => void;
  /** Logs an unexpected exception by its name and where it was thrown. Rule: LO2. */
  readonly failure: (event: string, error: unknown) => void;
};

/** Makes the log. `destination` is for tests. */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger: Logger = destination ? pino(options, destination) : pino(options);
  return {
    info: (line) => logger.info(allowed(line)),
    warn: (line) => logger.warn(allowed(line)),
    failure: (event, error) => logger.error(allowed({ event, ...describe(error) })),
  };
}

const fields = ["event", "method", "route", "status", "ms", "error", "at", "detail"] as const;

/** Takes the allowed fields only, whatever else an object carries. */
function allowed(line: LogLine): Record<string, unknown> {
  return Object.fromEntries(fields.filter((field) => line[field] !== undefined).map((field) => [field, line[field]]));
}

function describe(error: unknown): Pick<LogLine, "error" | "at"> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
  return { error: `${error.name}${code}`, at: ownFrame(error.stack ?? "") };
}

/** The first position of our own code in a stack: `server/sync/tenant.ts:120`. */
function ownFrame(stack: string): string {
  const found = /((?:server|shared|policy)\/[A-Za-z0-9_./-]+\.ts:\d+)/.exec(stack);
  return found?.[1] ?? "elsewhere";
}
