// Owns the documents that the storage's tests write: the same for the same number.
// Never runs a test, so that a process of its own can use it too.
import type { Change } from "./storage.ts";
import { docId } from "../shared/document.ts";
import type { DocClass, DocId } from "../shared/document.ts";

/** A subject, the same for the same number. */
export const subject = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A document of one person, the same for the same number. */
export const person = (number: number, docClass: DocClass = "contact"): DocId => docId(docClass, subject(number));

/** A state that is told from others by its first bytes. */
export const stateOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A change that creates a document. */
export const creation = (doc: DocId, text: string = doc): Change => ({ doc, state: stateOf(text), expectedVersion: 0 });
