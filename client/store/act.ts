// Owns the only way a screen changes documents: rights, checks, one transaction per call, the history, and "saved here".
// Never writes a field itself (shared/) and never waits for the network.
import * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import type { Role } from "../../policy/roles.ts";
import { findAction } from "../../shared/actions.ts";
import type { Action, ActionError, ActionResult } from "../../shared/action.ts";
import { defineRoots } from "../../shared/check.ts";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { deviceShare } from "../../shared/limits.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { isConnectionLost } from "./failure.ts";
import { historyDoc, historyOf } from "./history.ts";
import type { DocCall } from "./history.ts";
import { newDoc } from "./live.ts";
import type { Documents } from "./open.ts";
import type { Held } from "./slot.ts";
import type { UserOrigin } from "./origin.ts";
import type { StoreParts } from "./parts.ts";
import { rightTo } from "./rights.ts";
import { mayOutgrow, outgrows } from "./weight.ts";
import type { Entry } from "./write.ts";
import type { Writer } from "./writer.ts";

/** Why an act did nothing; `not_stored`: it is on the screen and goes on being tried, but is not on the disk. */
export type ActError =
  | ActionError
  | { readonly type: "not_stored" }
  | { readonly type: "read_only" }
  | { readonly type: "not_here" };

/** What was done: the calls that take it back, and the id each call was given (it names what the call made). */
export type Done = { readonly undo: readonly DocCall[]; readonly ids: readonly string[] };

export type Act = (calls: readonly DocCall[]) => Promise<Result<Done, ActError>>;

export type ActDeps = Pick<StoreParts, "member" | "clock" | "uuid"> & {
  readonly role: () => Role;
  readonly documents: Pick<Documents, "hold" | "letGo" | "renew">;
  readonly writer: Pick<Writer, "written" | "outcome">;
};

/** A call with its action, its id and its time, which stay the same however often it is tried. */
export type Prepared = DocCall & { readonly action: Action; readonly id: string; readonly at: string };

/** How often an act is tried when its documents are being replaced under it. */
const MAX_ROUNDS = 5;

/** Makes the function. Rules: S21, S35, S38. */
export function makeAct(deps: ActDeps): Act {
  return async (calls) => {
    try {
      return await actOn(deps, calls);
    } catch (error) {
      // Hint: nothing was done then, because what it is done on could not be read.
      if (isConnectionLost(error)) return err({ type: "not_here" });
      throw error;
    }
  };
}

async function actOn(deps: ActDeps, calls: readonly DocCall[]): Promise<Result<Done, ActError>> {
  const prepared = prepare(deps, calls);
  if (!prepared.ok) return prepared;
  const undo: DocCall[] = [];
  let left: readonly Prepared[] = prepared.value;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const result = await withHeld(deps, left, (held) => runAndWait(deps, { held, prepared: left }));
    if (!result.ok) return result;
    undo.unshift(...result.value.undo);
    left = result.value.stale;
    if (left.length === 0) return ok({ undo, ids: prepared.value.map(({ id }) => id) });
    for (const doc of docsOf(left)) await deps.documents.renew(doc);
  }
  return err({ type: "not_stored" });
}

/** Finds the action of each call. Fails: `invalid` for an unknown one, or one of another class of documents. */
export function prepare(deps: ActDeps, calls: readonly DocCall[]): Result<Prepared[], ActError> {
  const at = new Date(deps.clock()).toISOString();
  const prepared: Prepared[] = [];
  for (const each of calls) {
    const action = findAction(each.call.action);
    if (action === null || action.class !== classOf(each.doc)) return err({ type: "invalid", fields: ["action"] });
    prepared.push({ ...each, action, id: deps.uuid(), at });
  }
  return ok(prepared);
}

/** The documents of calls, with those that hold their history. */
const docsOf = (prepared: readonly Prepared[]): DocId[] => [
  ...new Set(prepared.flatMap(({ doc }) => [doc, historyDoc(doc)])),
];

export type HeldById = ReadonlyMap<DocId, Held>;

/** Holds the documents of calls while `run` needs them. */
export async function withHeld<T>(
  { documents }: ActDeps,
  prepared: readonly Prepared[],
  run: (held: HeldById) => Promise<T>,
): Promise<T> {
  const held = await documents.hold(docsOf(prepared));
  try {
    return await run(new Map(held.map((each) => [each.id, each])));
  } finally {
    for (const each of held) documents.letGo(each);
  }
}

export type Running = { readonly held: HeldById; readonly prepared: readonly Prepared[] };

async function runAndWait(deps: ActDeps, running: Running): Promise<Result<Waited, ActError>> {
  const ran = runCalls(deps, running);
  return ran.ok ? waitFor(deps, ran.value) : ran;
}

/** What calls left behind in memory, on its way to the disk. */
export type Ran = { readonly entries: readonly Entry[]; readonly undo: readonly DocCall[] };

/** What is on the disk, and the calls to run again because their document was replaced meanwhile. */
export type Waited = { readonly undo: readonly DocCall[]; readonly stale: readonly Prepared[] };

/** Waits for the disk. Fails: `not_stored`, `not_here`. */
export async function waitFor({ writer }: ActDeps, { entries, undo }: Ran): Promise<Result<Waited, ActError>> {
  const written = await writer.written(entries);
  if (written === "not_stored") return err({ type: "not_stored" });
  if (written === "gone") return err({ type: "not_here" });
  const stale = entries.filter((entry) => writer.outcome(entry) === "stale");
  return ok({ undo, stale: stale.flatMap((entry) => toPrepared(entry) ?? []) });
}

function toPrepared({ live, made }: Entry): Prepared | null {
  if (made === null || !("call" in made)) return null;
  const { id, at, ...call } = made.call;
  const action = findAction(call.action);
  return action === null ? null : { doc: live.id, call, action, id, at };
}

/** Runs calls on documents in memory, without a pause in between: all of them or none. */
export function runCalls(deps: ActDeps, running: Running): Result<Ran, ActError> {
  const refused = running.prepared
    .map((each) => refusalOf(deps, running.held.get(each.doc)))
    .find((each) => each !== null);
  if (refused) return err(refused);
  const tried = isToBeTried(running) ? tryOut(deps, running) : ok(null);
  if (!tried.ok) return tried;
  const gathered: Gathered = { entries: [], undo: [], change: deps.uuid() };
  for (const each of running.prepared) {
    const result = runOne(deps, { each, running, gathered });
    if (!result.ok) return result;
  }
  return ok({ entries: gathered.entries, undo: gathered.undo });
}

function refusalOf(deps: ActDeps, held: Held | undefined): ActError | null {
  if (held === undefined || held.gone() !== null || held.missing() !== null) return { type: "not_here" };
  const right = rightOn(deps, held);
  if (right === "none") return { type: "not_here" };
  return right === "write" ? null : { type: "read_only" };
}

const rightOn = ({ member, role }: ActDeps, held: Held) =>
  rightTo(held.id, { member, role: role(), isFromServer: held.live().isFromServer });

/** Several calls are tried out, because the last may fail; one alone only where its document could outgrow the limit. */
function isToBeTried({ held, prepared }: Running): boolean {
  if (prepared.length > 1) return true;
  return prepared.some(({ doc, call: { args } }) => {
    const live = held.get(doc)?.live();
    return live !== undefined && mayOutgrow(doc, live.doc, [args]);
  });
}

/** Runs calls on copies first, because what is written in a transaction cannot be taken back (style.md Y1). Rules: S21, LI3. */
function tryOut({ member }: ActDeps, { held, prepared }: Running): ActionResult {
  const copies = new Map<DocId, Y.Doc>();
  let result: ActionResult = ok(null);
  for (const { doc, call, action, id, at } of prepared) {
    const copy = copies.get(doc) ?? copyOf(held.get(doc));
    copies.set(doc, copy);
    copy.transact(() => (result = action.run({ doc: copy, id, at, by: member }, call)));
    if (!result.ok) break;
  }
  if (result.ok) result = checkWeights({ held, prepared }, copies);
  for (const copy of copies.values()) copy.destroy();
  return result;
}

/** Sees that no document becomes heavier than the server takes. Fails: `limit`. Rule: LI3. */
function checkWeights({ held, prepared }: Running, copies: ReadonlyMap<DocId, Y.Doc>): ActionResult {
  for (const [doc, after] of copies) {
    const before = held.get(doc)?.live().doc;
    const calls = prepared.filter((each) => each.doc === doc);
    const args = calls.map(({ call }) => call.args);
    if (before === undefined || !mayOutgrow(doc, before, args)) continue;
    const share = calls.every(({ action }) => action.isTidy) ? deviceShare.tidy : deviceShare.grow;
    const full = outgrows(doc, { before, after }, share);
    if (full !== null) return err({ type: "limit", of: full, limit: 0 });
  }
  return ok(null);
}

function copyOf(held: Held | undefined): Y.Doc {
  const copy = newDoc();
  if (held === undefined) return copy;
  defineRoots(copy, collectionsOf(classOf(held.id)));
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(held.live().doc));
  return copy;
}

type Gathered = { readonly entries: Entry[]; readonly undo: DocCall[]; readonly change: string };
type RunningOne = { readonly each: Prepared; readonly running: Running; readonly gathered: Gathered };

function runOne(deps: ActDeps, one: RunningOne): ActionResult {
  const { each, running, gathered } = one;
  const before = gathered.entries.length;
  const result = transact(deps, one);
  if (!result.ok) return result;
  if (result.value !== null) gathered.undo.unshift({ doc: each.doc, call: result.value });
  const entry = gathered.entries.length > before ? historyOf(each.action, each) : null;
  const action = entry === null ? null : findAction(entry.call.action);
  const held = entry === null ? undefined : running.held.get(entry.doc);
  // Hint: who may not write the history's document acts all the same; the server's own records are the evidence.
  if (entry !== null && action !== null && refusalOf(deps, held) === null) {
    transact(deps, { ...one, each: { ...entry, action, id: deps.uuid(), at: each.at } });
  }
  return result;
}

function transact({ member }: ActDeps, { each, running, gathered }: RunningOne): ActionResult {
  const live = running.held.get(each.doc)?.live();
  if (live === undefined) return err({ type: "not_found" });
  const { call, action, id, at } = each;
  const origin: UserOrigin = {
    source: "user",
    call: { ...call, id, at },
    change: gathered.change,
    entries: gathered.entries,
  };
  return live.doc.transact(() => action.run({ doc: live.doc, id, at, by: member }, call), origin);
}
