// Owns the settings: the only reader of process.env, through one schema. Source: design §7.
// Never puts a value into an error or a log: several of them are secrets.
import * as v from "valibot";
import { isAddressRange } from "./address.ts";
import { parseLimits, startLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";

const text = v.pipe(v.string(), v.trim(), v.minLength(1));
const url = (protocols: readonly string[]): v.GenericSchema<string, string> =>
  v.pipe(
    text,
    v.check((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol)),
  );

// A page's origin and nothing more: links are made by adding a path to it.
const originSchema = v.pipe(
  url(["http:", "https:"]),
  // Hint: a pipe goes on to its next check after one has failed.
  v.check((value) => URL.canParse(value) && new URL(value).pathname === "/" && new URL(value).search === ""),
  v.transform((value) => new URL(value).origin),
);

const portSchema = v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65_535));

const limitsSchema = v.pipe(
  text,
  v.rawTransform<string, Limits>(({ dataset, addIssue, NEVER }) => {
    const parsed = parseLimits(dataset.value);
    if (parsed.ok) return parsed.value;
    addIssue({ message: `LIMITS (${parsed.error.join(", ")})` });
    return NEVER;
  }),
);

const proxiesSchema = v.pipe(
  text,
  v.transform((value) => value.split(",").map((range) => range.trim())),
  v.check((ranges) => ranges.every(isAddressRange)),
);

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const environmentSchema = v.object({
  PORT: v.optional(portSchema, "3000"),
  HOST: v.optional(text),
  PUBLIC_URL: v.optional(originSchema),
  DATA_DIR: v.optional(text, "./data"),
  KEYS_DIR: v.optional(text),
  DATABASE_URL: v.optional(url(["postgres:", "postgresql:"])),
  REDIS_URL: v.optional(url(["redis:", "rediss:"])),
  SMTP_URL: v.optional(url(["smtp:", "smtps:"])),
  MAIL_FROM: v.optional(v.pipe(text, v.regex(/^[^\r\n]+$/), v.includes("@"))),
  KEY_ENCRYPTION_KEY: v.optional(text),
  KEY_ENCRYPTION_KEY_FILE: v.optional(text),
  TLS_CERT: v.optional(text),
  TLS_KEY: v.optional(text),
  LIMITS: v.optional(limitsSchema),
  LOG_LEVEL: v.optional(v.picklist(logLevels), "info"),
  TRUSTED_PROXIES: v.optional(proxiesSchema),
  METRICS_TOKEN: v.optional(v.pipe(text, v.regex(/^[\x21-\x7e]{16,200}$/))),
});

/** The settings of one server. */
export type Env = {
  readonly port: number;
  /** The address to listen on; undefined listens on all. */
  readonly host: string | undefined;
  /** Our own origin as browsers see it, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly keysDir: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string | undefined;
  readonly keyEncryptionKey: string | undefined;
  readonly keyEncryptionKeyFile: string | undefined;
  /** Paths of certificate and key; both or neither. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly limits: Limits;
  readonly logLevel: (typeof logLevels)[number];
  /** Proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** What must be shown to read /metrics from elsewhere. */
  readonly metricsToken: string | undefined;
};

type Source = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings; an empty variable counts as unset and takes its default. Rule: ED5.
 * Throws: naming the variables that are wrong, never their values.
 */
export function readEnv(source: Source = process.env, defaults: Source = {}): Env {
  const given = { ...defaults, ...Object.fromEntries(Object.entries(source).filter(([, value]) => value !== "")) };
  const parsed = v.safeParse(environmentSchema, given);
  if (!parsed.success) throw new Error(`settings: ${namesOf(parsed.issues).join(", ")} cannot be read`);
  if ((parsed.output.TLS_CERT === undefined) !== (parsed.output.TLS_KEY === undefined)) {
    throw new Error("settings: TLS_CERT and TLS_KEY go together");
  }
  return envOf(parsed.output);
}

function namesOf(issues: readonly v.BaseIssue<unknown>[]): string[] {
  return issues.map((issue) => (issue.message.startsWith("LIMITS") ? issue.message : (v.getDotPath(issue) ?? "")));
}

function envOf(given: v.InferOutput<typeof environmentSchema>): Env {
  const { TLS_CERT: cert, TLS_KEY: key } = given;
  return {
    port: given.PORT,
    host: given.HOST,
    publicUrl: given.PUBLIC_URL,
    dataDir: given.DATA_DIR,
    keysDir: given.KEYS_DIR,
    databaseUrl: given.DATABASE_URL,
    redisUrl: given.REDIS_URL,
    smtpUrl: given.SMTP_URL,
    mailFrom: given.MAIL_FROM,
    keyEncryptionKey: given.KEY_ENCRYPTION_KEY,
    keyEncryptionKeyFile: given.KEY_ENCRYPTION_KEY_FILE,
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
    limits: given.LIMITS ?? startLimits,
    logLevel: given.LOG_LEVEL,
    trustedProxies: given.TRUSTED_PROXIES ?? [],
    metricsToken: given.METRICS_TOKEN,
  };
}

/** The start of every link in a mail: PUBLIC_URL, or this machine's own address. */
export const linkBase = ({ publicUrl, tls, port }: Pick<Env, "publicUrl" | "tls" | "port">): string =>
  publicUrl ?? `${tls === undefined ? "http" : "https"}://localhost:${port}`;
