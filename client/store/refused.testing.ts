// Owns how tests bring about a refusal, and how they know that it is over. Never judges what became of it.
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote } from "../../shared/notes.ts";
import { setCustomValue } from "../../shared/people.ts";
import type { DocCall } from "./history.ts";
import { newPerson, openTab } from "./testing.ts";
import type { Tab, TabOptions, Who } from "./testing.ts";

/** A clock that no server believes: what is made under it is refused, and nothing else is. */
const ABSURD = Date.parse("9999-12-31T23:59:59.999Z") + 1;

export type Clocked = {
  readonly tab: Tab;
  readonly setAbsurd: (isAbsurd: boolean) => void;
  /** What is made meanwhile is refused. */
  readonly absurd: <T>(run: () => Promise<T>) => Promise<T>;
};

/** Opens a tab whose clock can be made absurd. */
export function openClocked(who: Who, options: TabOptions = {}): Clocked {
  let isAbsurd = false;
  const clock = (): number => (isAbsurd ? ABSURD : Date.now());
  const setAbsurd = (is: boolean): void => void (isAbsurd = is);
  const absurd = async <T>(run: () => Promise<T>): Promise<T> => {
    setAbsurd(true);
    const result = await run();
    setAbsurd(false);
    return result;
  };
  return { tab: openTab(who, { ...options, parts: { ...options.parts, clock } }), setAbsurd, absurd };
}

/** True when the server has answered for everything and no refusal is open. */
export const isSettled = async ({ db }: Tab): Promise<boolean> =>
  (await db.updates.where("unsent").equals(1).count()) === 0 && (await db.refused.count()) === 0;

/** Makes a person; the answer is their client document. */
export async function madePerson(tab: Tab): Promise<DocId> {
  const { subject, calls } = newPerson("Ayşe");
  await tab.store.act(calls);
  return docId("client", subject);
}

/** The call that fills another field of a person. */
export const custom = (doc: DocId, value: string): DocCall => ({
  doc,
  call: call(setCustomValue, { fieldId: crypto.randomUUID(), value }),
});

/** The call that adds a note. */
export const note = (doc: DocId, text: string): DocCall => ({ doc, call: call(createNote, { text }) });
