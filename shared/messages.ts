// Owns the JSON bodies of sync: nudges, results of updates, commands, and the headers of the feed.
// Never the binary frames (protocol.ts) nor sign-in (each route of server/auth has its own schema).
import * as v from "valibot";
import { isDocId } from "./document.ts";
import { errorBodySchema } from "./errors.ts";

const seq = v.pipe(v.number(), v.integer(), v.minValue(0));
const doc = v.pipe(v.string(), v.check(isDocId));

/** Headers of the answers of sync; `models` is the window of models that may write. */
export const feedHeaders = {
  next: "X-Lumiso-Next",
  history: "X-Lumiso-History",
  access: "X-Lumiso-Access",
  remaining: "X-Lumiso-Remaining",
  people: "X-Lumiso-People",
  models: "X-Lumiso-Models",
} as const;

/** What the socket `/sync/<org>` says, as JSON text: that there is something to pull, or only that it lives. May be lost. Rule: P9. */
export const nudgeSchema = v.variant("type", [
  v.object({ type: v.literal("changed"), seq }),
  v.object({ type: v.literal("access") }),
  v.object({ type: v.literal("erased"), doc }),
  v.object({ type: v.literal("alive") }),
]);

export type Nudge = v.InferOutput<typeof nudgeSchema>;

const errorSchema = errorBodySchema.entries.error;

/** The answer of `POST …/updates`, in the order of the request; a `seq` means: on disk. Rule: P6. */
export const updateResultsSchema = v.object({
  results: v.array(v.union([v.object({ doc: v.string(), seq }), v.object({ doc: v.string(), error: errorSchema })])),
});

export type UpdateResults = v.InferOutput<typeof updateResultsSchema>;

/** The body of `POST …/commands`: what must not merge, idempotent by its own id. Rule: P10. */
export const commandsSchema = v.strictObject({
  commands: v.pipe(
    v.array(
      v.strictObject({
        id: v.pipe(v.string(), v.uuid()),
        name: v.pipe(v.string(), v.maxLength(64)),
        args: v.unknown(),
        at: v.pipe(v.string(), v.isoTimestamp()),
      }),
    ),
    v.maxLength(100),
  ),
});

export type Commands = v.InferOutput<typeof commandsSchema>;

/** The answer of `POST …/commands`, in the order of the request. Rule: P10. */
export const commandResultsSchema = v.object({
  results: v.array(
    v.union([v.object({ id: v.string(), value: v.unknown() }), v.object({ id: v.string(), error: errorSchema })]),
  ),
});

export type CommandResults = v.InferOutput<typeof commandResultsSchema>;
