// Owns how recorded calls are run again on another state of their document: a refusal replaced what they were made on.
// Never asks the network and never writes to the disk (refusal.ts).
import * as Y from "yjs";
import type { RecordedCall } from "../../shared/action.ts";
import { findAction } from "../../shared/actions.ts";
import { recordPersonActivity, recordStudioActivity } from "../../shared/activity.ts";
import { recordMap } from "../../shared/collection.ts";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { MAX_TEXT_LENGTH, textToPlain } from "../../shared/text.ts";
import type { TextPlace, UpdateRow } from "./db.ts";

/** A call to run again, with what the row said of it. */
export type Again = { readonly call: RecordedCall; readonly at: number; readonly change: string };

/** What a replay made: new updates for the calls that ran, and the calls that did not. */
export type Replayed = {
  readonly ran: readonly { readonly update: Uint8Array; readonly again: Again }[];
  readonly failed: readonly { readonly again: Again; readonly reason: string }[];
};

/** Runs calls on a document, in order, each in one transaction, with their own ids and times. Rule: RE11. */
export function replay(ydoc: Y.Doc, calls: readonly Again[], { by, without }: Replaying): Replayed {
  const undone = new Set(without);
  const ran: Replayed["ran"][number][] = [];
  const failed: Replayed["failed"][number][] = [];
  for (const again of calls) {
    if (tellsOf(again, undone)) continue;
    const made = runAgain(ydoc, again, by);
    if (made.update !== null) ran.push({ update: made.update, again });
    if (made.reason === null) continue;
    undone.add(actOf(again));
    if (!isHistory(again.call)) failed.push({ again, reason: made.reason });
  }
  return { ran, failed };
}

/** Who acts, and what was put aside already: the history must not tell of it. */
export type Replaying = { readonly by: string; readonly without: Iterable<string> };

/** Names one call of a change, as an entry of the history would tell of it. */
export const actOf = ({ call, change }: Pick<Again, "call" | "change">): string => `${change} ${call.action}`;

const historyActions: ReadonlySet<string> = new Set([recordPersonActivity.name, recordStudioActivity.name]);

/** Tells whether a call is an entry of the history, which is nothing without the act it tells of. */
export const isHistory = ({ action }: Pick<RecordedCall, "action">): boolean => historyActions.has(action);

function tellsOf({ call, change }: Again, undone: ReadonlySet<string>): boolean {
  const { args } = call;
  if (!isHistory(call) || typeof args !== "object" || args === null || !("verb" in args)) return false;
  return undone.has(`${change} ${String(args.verb)}`);
}

type Made = { readonly update: Uint8Array | null; readonly reason: string | null };

function runAgain(doc: Y.Doc, { call }: Again, by: string): Made {
  const { id, at, ...toRun } = call;
  const action = findAction(call.action);
  if (action === null) return { update: null, reason: "unknown_action" };
  const updates: Uint8Array[] = [];
  const collect = (update: Uint8Array): void => void updates.push(update);
  doc.on("update", collect);
  const result = doc.transact(() => action.run({ doc, id, at, by }, toRun));
  doc.off("update", collect);
  // Hint: what exists already was taken by the server before the answer was lost.
  if (!result.ok && result.error.type !== "exists") return { update: null, reason: result.error.type };
  return { update: updates[0] ?? null, reason: null };
}

/** What texts are made anew from: the document as the member saw it, as the server has it, and fresh ids. */
export type TextSources = {
  readonly doc: DocId;
  readonly seen: Y.Doc;
  readonly server: Y.Doc;
  readonly uuid: () => string;
};

/** Calls in the order of their rows; what editors typed becomes the text of a note, so that it is not lost. Rule: RE12. */
export function toCalls(rows: readonly UpdateRow[], sources: TextSources): Again[] {
  const texts = placesOf(rows);
  const calls = rows.flatMap((row) => toAgain(row, { texts, sources }));
  return calls.flatMap((again) => withText(again, { texts, sources }));
}

/** A call that is put aside, with what was typed in these rows into the note it made: nothing else carries that on. Rule: RE12. */
export function withTyped(again: Again, rows: readonly UpdateRow[], sources: TextSources): Again[] {
  return withText(again, { texts: placesOf(rows), sources });
}

function placesOf(rows: readonly UpdateRow[]): Map<string, TextPlace> {
  const texts = new Map<string, TextPlace>();
  for (const { made } of rows) if (made !== undefined && "text" in made) texts.set(made.text.record, made.text);
  return texts;
}

type Texts = { readonly texts: Map<string, TextPlace>; readonly sources: TextSources };

function toAgain(row: UpdateRow, { texts, sources }: Texts): Again[] {
  const { made, at, change = "" } = row;
  if (made !== undefined && "call" in made) {
    return [{ call: made.call, at, change }];
  }
  if (made === undefined || !("text" in made) || !texts.has(made.text.record)) return [];
  // Hint: a note that was made in the same time gets its text where it is made; see withText.
  if (recordMap(sources.server, notes, made.text.record) === null) return [];
  texts.delete(made.text.record);
  return notesOf(made.text, sources).map((text) => ({
    call: { action: createNote.name, version: createNote.version, args: { text }, id: sources.uuid(), at: isoOf(at) },
    at,
    change,
  }));
}

const isoOf = (at: number): string => new Date(at).toISOString();

/** The text as the member saw it, when it says something that the server's does not. */
function notesOf(place: TextPlace, { doc, seen, server }: TextSources): string[] {
  if (classOf(doc) !== notes.class || plainOf(seen, place) === plainOf(server, place)) return [];
  return plainPieces(seen, place);
}

/** A long text without its form, in pieces that a note can hold; none when it is empty. */
export function plainPieces(ydoc: Y.Doc, place: TextPlace): string[] {
  const text = plainOf(ydoc, place);
  const pieces: string[] = [];
  for (let from = 0; from < text.length; from += MAX_TEXT_LENGTH) pieces.push(text.slice(from, from + MAX_TEXT_LENGTH));
  return pieces;
}

function plainOf(ydoc: Y.Doc, { collection, record, field }: TextPlace): string {
  const map = ydoc.getMap(collection).get(record);
  const text = map instanceof Y.Map ? map.get(field) : null;
  return text instanceof Y.XmlFragment ? textToPlain(text, Number.POSITIVE_INFINITY) : "";
}

/** A note that is made again is made with the text that was typed into it; what it cannot hold goes on in further notes. */
function withText(again: Again, { texts, sources }: Texts): Again[] {
  const { call } = again;
  const place = call.action === createNote.name ? texts.get(call.id) : undefined;
  const [first, ...rest] = place === undefined ? [] : plainPieces(sources.seen, place);
  if (first === undefined) return [again];
  const more = rest.map((text) => ({ ...again, call: { ...call, id: sources.uuid(), args: { text } } }));
  return [{ ...again, call: { ...call, args: { text: first } } }, ...more];
}
