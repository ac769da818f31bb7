// Owns what an action is: the only way a screen changes a document, except the binding of an open text.
// Time, member and a fresh id come in; checks come first and writes last, because a throw in a transaction rolls nothing back.
// Never opens, stores or sends a document (client/store) and never judges rights (policy/roles.ts).
import * as v from "valibot";
import type * as Y from "yjs";
import type { DocClass } from "./document.ts";
import type { LimitOf } from "./limits.ts";
import { err, ok } from "./result.ts";
import type { Result } from "./result.ts";

/** What an action may know besides its arguments. `id` is fresh for each call and names what the call makes. */
export type ActionContext = {
  readonly doc: Y.Doc;
  readonly id: string;
  /** ISO UTC instant of the call, by the device's clock; it orders, expires and permits nothing. */
  readonly at: string;
  /** Member id of the caller. */
  readonly by: string;
};

/**
 * Why an action did nothing. `limit` says what is full and how many there may be (0 for a document, which is full by its weight);
 * `invalid` names the arguments that are wrong.
 */
export type ActionError =
  | { readonly type: "not_found" }
  | { readonly type: "exists" }
  | { readonly type: "limit"; readonly of: LimitOf; readonly limit: number }
  | { readonly type: "invalid"; readonly fields: readonly string[] };

/** An action with its arguments, as undo, history and replay run it. */
export type ActionCall = { readonly action: string; readonly version: number; readonly args: unknown };

/** A call as it is recorded beside the update it made. Shape: stored in the device's `updates` table. */
export type RecordedCall = ActionCall & { readonly id: string; readonly at: string };

/** What the history says of a call: names of fields, never values. Rule: A5. */
export type ActivityOf = { readonly entity: string; readonly record?: string; readonly fields: readonly string[] };

/** The inverse of what was done, or null where nothing changed or nothing can be taken back (a new person is trashed instead). */
export type ActionResult = Result<ActionCall | null, ActionError>;

type Definition<Schema extends v.GenericSchema> = {
  readonly name: string;
  readonly version: number;
  readonly class: DocClass;
  /** It makes room or puts in order, so it is also done in a document that is full. Rule: LI3. */
  readonly isTidy?: true;
  readonly args: Schema;
  readonly run: (context: ActionContext, args: v.InferOutput<Schema>) => ActionResult;
  /** Null only for what is itself an entry of the history. */
  readonly activity: null | ((args: v.InferOutput<Schema>, id: string) => ActivityOf);
  /** Turns arguments of an older version into this one's, so that a replay after an update keeps what was done. Rule: A4. */
  readonly upcast?: (version: number, args: unknown) => unknown;
};

/** An action as everybody uses it: its arguments are parsed on every run. */
export type Action<Schema extends v.GenericSchema = v.GenericSchema> = {
  readonly name: string;
  readonly version: number;
  readonly class: DocClass;
  readonly isTidy: boolean;
  readonly args: Schema;
  /**
   * Runs a call on a document; the caller wraps it in one transaction with its origin.
   * Fails: `invalid` for arguments that do not pass, and what the action itself refuses; nothing is written then. Rules: A1–A3.
   */
  readonly run: (context: ActionContext, toRun: ActionCall) => ActionResult;
  /** What the history says of a call; null for an entry of the history itself, and for arguments that do not pass. */
  readonly activity: (toRun: ActionCall, id: string) => ActivityOf | null;
};

/** Declares an action. Rule: A1. */
export function action<Schema extends v.GenericSchema>(definition: Definition<Schema>): Action<Schema> {
  const { name, version, class: docClass, args, activity, run } = definition;
  const parse = (toRun: ActionCall) => v.safeParse(args, currentArgs(definition, toRun));
  // Hint: a newer bundle recorded it; what its arguments mean is not known here, even where they would pass.
  const isNewer = (toRun: ActionCall): boolean => toRun.version > version;
  return {
    name,
    version,
    class: docClass,
    isTidy: definition.isTidy ?? false,
    args,
    run: (context, toRun) => {
      if (isNewer(toRun)) return err({ type: "invalid", fields: ["version"] });
      const parsed = parse(toRun);
      return parsed.success ? run(context, parsed.output) : err({ type: "invalid", fields: issuePaths(parsed.issues) });
    },
    activity: (toRun, id) => {
      const parsed = parse(toRun);
      return parsed.success && activity !== null ? activity(parsed.output, id) : null;
    },
  };
}

function currentArgs(definition: Pick<Definition<v.GenericSchema>, "version" | "upcast">, toRun: ActionCall): unknown {
  const isOld = toRun.version < definition.version;
  return isOld && definition.upcast ? definition.upcast(toRun.version, toRun.args) : toRun.args;
}

/** A call of an action at its current version; for screens, tests and inverses. */
export const call = <Schema extends v.GenericSchema>(of: Action<Schema>, args: v.InferInput<Schema>): ActionCall => ({
  action: of.name,
  version: of.version,
  args,
});

/** The call that takes back what an action did; by name, since an action cannot mention itself. */
export const inverseCall = (of: string, args: unknown, version = 1): ActionCall => ({ action: of, version, args });

/** The names of the arguments that did not pass, without their values. */
const issuePaths = (issues: readonly v.BaseIssue<unknown>[]): string[] => [
  ...new Set(issues.map((issue) => v.getDotPath(issue) ?? "")),
];

/** A success that changed something and can be undone by the given call. */
export const done = (inverse: ActionCall | null): ActionResult => ok(inverse);
