// Owns what may stand in a log line: an allow-list of fields, each with a form; nothing else. No names, addresses, texts, URLs.
// Never logs an error's message: its name and our own stack positions only.
import pino from "pino";
import type { Logger } from "pino";
import { isDocId } from "../shared/document.ts";

/** What happens to a server that its log may tell; docs/operations.md says what each means. Rule: LO3. */
export const logEvents = [
  "started",
  "draining",
  "drained",
  "crashed",
  "degraded",
  "recovered",
  "answer_failed",
  "request_failed",
  "sync_failed",
  "listener_failed",
  "background_failed",
  "recheck_failed",
  "hourly_failed",
  "nightly_failed",
  "storage_alarm",
  "mail_failed",
  "socket_error",
  "brought_back",
] as const;

export type LogEvent = (typeof logEvents)[number];

/** The fields of a log line; policy/inventory.ts classifies each. Rule: LO1. Source: R18. */
export type LogLine = {
  readonly event: LogEvent;
  readonly method?: string;
  /** The pattern of a route, never the address that was asked for. */
  readonly route?: string;
  readonly status?: number;
  readonly ms?: number;
  /** The name of an error, and its code. */
  readonly error?: string;
  readonly at?: string;
  /** A word of a closed list: which alarm, which letter, which illness. */
  readonly kind?: string;
  readonly code?: string;
  readonly count?: number;
  readonly org?: string;
  readonly doc?: string;
};

export type Log = {
  readonly info: (line: LogLine) => void;
  readonly warn: (line: LogLine) => void;
  /** Logs an unexpected exception by its name and where it was thrown. Rule: LO2. */
  readonly failure: (event: LogEvent, error: unknown) => void;
};

/** Where lines go, and who counts them; both are for tests and figures. */
export type LogOptions = {
  readonly destination?: { write(line: string): void };
  /** Hears the event of every line of a warning or failure, whatever the level. */
  readonly onProblem?: (event: LogEvent) => void;
};

/** Makes the log. */
export function createLog(level: string, { destination, onProblem }: LogOptions = {}): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger: Logger = destination ? pino(options, destination) : pino(options);
  return {
    info: (line) => logger.info(allowed(line)),
    warn: (line) => {
      onProblem?.(line.event);
      logger.warn(allowed(line));
    },
    failure: (event, error) => {
      onProblem?.(event);
      logger.error(allowed({ event, ...describe(error) }));
    },
  };
}

const text =
  (form: RegExp) =>
  (value: unknown): boolean =>
    typeof value === "string" && form.test(value);
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isWord = text(/^[a-z][a-z_]{0,39}$/);

/** The form of every field: what does not have it is hidden, whoever wrote it. Rule: LO1. */
const forms: Readonly<Record<keyof LogLine, (value: unknown) => boolean>> = {
  event: isWord,
  method: text(/^[A-Z]{3,10}$/),
  route: text(/^[/A-Za-z0-9:*_-]{1,80}$/),
  status: isNumber,
  ms: isNumber,
  error: text(/^[A-Za-z][A-Za-z0-9_]{0,59}( [A-Z][A-Z0-9_]{1,59})?$/),
  at: text(/^(?:(?:server|shared|policy)\/[A-Za-z0-9_./-]{1,120}:\d{1,6}|elsewhere)$/),
  kind: isWord,
  code: text(/^[A-Za-z0-9][A-Za-z0-9_]{0,39}$/),
  count: isNumber,
  org: text(/^[A-Za-z0-9_-]{8,64}$/),
  doc: (value) => typeof value === "string" && isDocId(value),
};

// Hint: the keys of a record typed by LogLine are its fields.
const fields = Object.keys(forms) as (keyof LogLine)[];

/** Takes the allowed fields only, in their forms only, whatever else an object carries. */
function allowed(line: LogLine): Record<string, unknown> {
  const given = fields.filter((field) => line[field] !== undefined);
  return Object.fromEntries(given.map((field) => [field, forms[field](line[field]) ? line[field] : "hidden"]));
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
