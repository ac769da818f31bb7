// Owns the commands that wait for the network: a queue on the disk, sent in order, each under an id of its own, so that a lost
// answer costs a repetition and never a second effect. Never knows what a command does (server/sync/commands.ts).
import type { DocId } from "../../shared/document.ts";
import type { CommandResults } from "../../shared/messages.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { OutboxRow, StudioDb } from "./db.ts";
import type { Wire, WireError } from "./wire.ts";

/** How many commands go at once. Source: shared/messages.ts. */
const MAX_COMMANDS = 100;

/** A command to be queued; its id makes a repetition harmless. */
export type NewCommand = Omit<OutboxRow, "n">;

/** Puts commands at the end of the queue, inside the transaction of what they belong to. Rule: RE38. */
export async function enqueue(db: StudioDb, commands: readonly NewCommand[]): Promise<void> {
  const waiting = await db.outbox.toArray();
  const last = waiting.reduce((newest, { n }) => Math.max(newest, n), 0);
  await db.outbox.bulkAdd(commands.map((command, index) => ({ ...command, n: last + 1 + index })));
}

/** A random id and the time of this device. Units: `now` in ms since 1970. */
export type Stamp = { readonly id: string; readonly now: number };

/** Tells the server, as soon as it is reached, that this device has erased documents it held. Rule: RE37. */
export async function confirmErased(db: StudioDb, docs: readonly DocId[], { id, now }: Stamp): Promise<void> {
  if (docs.length === 0) return;
  await enqueue(db, [{ id, name: "confirmErasure", args: { docs }, at: new Date(now).toISOString() }]);
}

export type OutboxDeps = { readonly db: StudioDb; readonly wire: Pick<Wire, "commands"> };

/** Sends what waits; answers with null, and fails where the rest is to be sent later. */
export type SendCommands = () => Promise<Result<null, WireError>>;

type Answer = CommandResults["results"][number];

/** Errors that pass by themselves: the command and all after it wait. */
const passing: ReadonlySet<string> = new Set(["too_fast", "later", "key_missing", "internal"]);

/** Errors of a whole body that a smaller one may not have. */
const bodyErrors: ReadonlySet<string> = new Set(["too_large", "malformed", "invalid"]);

/** Makes the sending of a device's commands. Rule: RE38. */
export function makeSendCommands(deps: OutboxDeps): SendCommands {
  return async () => {
    // Hint: what an older server does not know stays for a newer one, and is in nobody's way.
    const unknown = new Set<string>();
    for (;;) {
      const rows = (await deps.db.outbox.toArray()).filter(({ id }) => !unknown.has(id));
      if (rows.length === 0) return ok(null);
      const next = rows.toSorted((one, other) => one.n - other.n).slice(0, MAX_COMMANDS);
      const sent = await send(deps, { rows: next, unknown });
      if (!sent.ok) return sent;
    }
  };
}

type Sending = { readonly rows: readonly OutboxRow[]; readonly unknown: Set<string> };

async function send(deps: OutboxDeps, { rows, unknown }: Sending): Promise<Result<null, WireError>> {
  const answer = await deps.wire.commands(rows.map(({ id, name, args, at }) => ({ id, name, args, at })));
  if (answer.ok) return take(deps, { rows, unknown, answers: answer.value });
  if (!bodyErrors.has(answer.error.type)) return answer;
  const middle = Math.ceil(rows.length / 2);
  if (rows.length > 1) return send(deps, { rows: rows.slice(0, middle), unknown });
  await deps.db.outbox.bulkDelete(rows.map(({ id }) => id));
  return ok(null);
}

/** Takes answered commands out of the queue, up to the first that has to wait. */
async function take(
  { db }: OutboxDeps,
  { rows, unknown, answers }: Sending & { readonly answers: readonly Answer[] },
): Promise<Result<null, WireError>> {
  const done: string[] = [];
  let waiting: WireError | null = null;
  for (const [index, { id }] of rows.entries()) {
    const error = errorOf(answers[index]);
    if (error !== null && passing.has(error.type)) waiting = error;
    if (waiting !== null) break;
    if (error?.type === "not_found") unknown.add(id);
    else done.push(id);
  }
  await db.outbox.bulkDelete(done);
  return waiting === null ? ok(null) : err(waiting);
}

const errorOf = (answer: Answer | undefined): WireError | null =>
  answer !== undefined && "error" in answer ? answer.error : null;
