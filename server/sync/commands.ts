// Owns commands: actions that run on the server because they must not merge. Stored by their id, so a repeat gets the first result.
// Each command says who may give it; unknown ones are typed errors, never exceptions.
import type { Context } from "hono";
import * as v from "valibot";
import { isDocId } from "../../shared/document.ts";
import { toErrorBody } from "../../shared/errors.ts";
import type { ErrorBody, ServerError } from "../../shared/errors.ts";
import { commandsSchema } from "../../shared/messages.ts";
import type { CommandResults, Commands } from "../../shared/messages.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { readJson } from "../body.ts";
import { failed } from "../http-error.ts";
import { toInstant } from "../clock.ts";
import type { Hub } from "./hub.ts";
import type { Tenant } from "./tenant.ts";
import type { Caller } from "./who.ts";

type Inside = { readonly caller: Caller; readonly tenant: Tenant };
type Command = Commands["commands"][number];
type CommandResult = CommandResults["results"][number];
/** `at` is the server's time. Units: an instant. */
type Run = (args: unknown, inside: Inside & { readonly at: string }) => Promise<Result<unknown, ServerError>>;

/** The preferences of a member: how the interface looks to them, nothing about anybody else. */
const preferenceArgs = v.strictObject({
  key: v.picklist(["theme", "navigation", "locale"]),
  value: v.pipe(v.string(), v.maxLength(64)),
});

/** The documents a device has erased its copies of. */
const confirmArgs = v.strictObject({ docs: v.pipe(v.array(v.pipe(v.string(), v.maxLength(128))), v.maxLength(500)) });

const commands: Readonly<Record<string, Run>> = {
  "preferences.set": async (args, { caller, tenant }) => {
    const parsed = v.safeParse(preferenceArgs, args);
    if (!parsed.success) return err({ type: "invalid", fields: ["args"] });
    await tenant.storage.setPreference(caller.member, parsed.output.key, JSON.stringify(parsed.output.value));
    return ok(null);
  },
  confirmErasure: async (args, { caller, tenant, at }) => {
    const parsed = v.safeParse(confirmArgs, args);
    if (!parsed.success) return err({ type: "invalid", fields: ["args"] });
    const { member, device } = caller;
    const results: { doc: string; error?: ErrorBody["error"] }[] = [];
    for (const name of parsed.output.docs) {
      const isNoted = isDocId(name) && (await tenant.storage.confirmErasure({ doc: name, member, device, at }));
      // Hint: the same answer for what lives and for what never was, so that nobody learns which ids there are.
      results.push(isNoted ? { doc: name } : { doc: name, error: toErrorBody({ type: "not_found" }).error });
    }
    return ok({ results });
  },
};

/** Answers with the preferences of the caller. Shape: `{preferences: {key: value}}`. Rule: CO2. */
export async function answerPreferences(c: Context, { caller, tenant }: Inside): Promise<Response> {
  const stored = await tenant.storage.preferences(caller.member);
  const preferences = Object.fromEntries(Object.entries(stored).map(([key, value]) => [key, JSON.parse(value)]));
  return c.json({ preferences });
}

/** Runs a batch of commands in order. Rule: CO1. Fails: `too_large`, `malformed`, `invalid` for the batch, typed errors for each. */
export async function runCommands(hub: Hub, c: Context, inside: Inside): Promise<Response> {
  const body = await readJson(c, { schema: commandsSchema, maxBytes: hub.limits.commandsBodyBytes });
  if (!body.ok) return failed(c, body.error);
  const results: CommandResult[] = [];
  for (const command of body.value.commands) results.push(await runOnce(hub, command, inside));
  return c.json({ results } satisfies CommandResults);
}

async function runOnce(hub: Hub, { id, name, args }: Command, inside: Inside): Promise<CommandResult> {
  const { caller, tenant } = inside;
  // Hint: an id is a member's own, so that nobody reads the result of another's command.
  const key = `${caller.member}:${id}`;
  const known = await tenant.storage.command(key);
  if (known !== null) return readResult(id, known);
  const run = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const at = toInstant(hub.clock());
  const result = run === undefined ? err<ServerError>({ type: "not_found" }) : await run(args, { ...inside, at });
  if (!result.ok) return { id, error: toErrorBody(result.error).error };
  const first = await tenant.storage.rememberCommand({
    id: key,
    member: caller.member,
    name,
    result: JSON.stringify(result.value ?? null),
    at,
  });
  return readResult(id, first);
}

const readResult = (id: string, stored: string): CommandResult => ({ id, value: JSON.parse(stored) });
