// Owns the names of documents: their classes, the form of their ids and the model version.
// Never says who may open one (policy/roles.ts) nor what is in it (the collections).

/** The version of the model this bundle reads and writes; sent with every call as `v`. Fields are only added. */
export const MODEL_VERSION = 1;

/** The classes of documents, each with its own audience and its own end. Source: design §1. */
export const docClasses = [
  "studio",
  "contact",
  "client",
  "sessions",
  "payments",
  "children",
  "calendar",
  "availability",
] as const;

export type DocClass = (typeof docClasses)[number];

/** Classes that belong to one person (a subject) and end with them. */
export const subjectClasses = ["contact", "client", "sessions", "payments", "children"] as const;

export type SubjectClass = (typeof subjectClasses)[number];

/** The id of a document, `<class>` or `<class>/<subject>`; made only by `parseDocId` and `docId`. */
export type DocId = string & { readonly __brand: "DocId" };

/** A parsed document id. `subject` is a person, a year or a member, by class; `studio` has none. */
export type DocName = { readonly class: DocClass; readonly subject: string | null };

const uuidV4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const memberId = /^[A-Za-z0-9_-]{8,64}$/;

/** Tells whether a text has the form of a member's id, which the server gives. */
export const isMemberId = (text: string): boolean => memberId.test(text);
const year = /^(?:19|20|21)[0-9]{2}$/;

/** Tells whether a text is a UUID v4 in lower case, the form of every random id. */
export const isUuid = (text: string): boolean => text.length === 36 && uuidV4.test(text);

const subjectForm: Record<DocClass, ((subject: string) => boolean) | null> = {
  studio: null,
  contact: isUuid,
  client: isUuid,
  sessions: isUuid,
  payments: isUuid,
  children: isUuid,
  calendar: (subject) => year.test(subject),
  availability: isMemberId,
};

/** Tells whether a text names a class of documents. */
const isDocClass = (text: string): text is DocClass => (docClasses as readonly string[]).includes(text);

/** Reads a document id into class and subject; null when it is none. Rule: M1. */
export function parseDocId(text: string): DocName | null {
  const slash = text.indexOf("/");
  const name = slash < 0 ? text : text.slice(0, slash);
  if (!isDocClass(name)) return null;
  const form = subjectForm[name];
  const subject = slash < 0 ? null : text.slice(slash + 1);
  if (form === null) return subject === null ? { class: name, subject } : null;
  return subject !== null && form(subject) ? { class: name, subject } : null;
}

/** Tells whether a text is a document id. Rule: M1. */
export const isDocId = (text: string): text is DocId => parseDocId(text) !== null;

/** Makes the id of a document. Throws: when class and subject do not fit together. */
export function docId(docClass: DocClass, subject: string | null = null): DocId {
  const text = subject === null ? docClass : `${docClass}/${subject}`;
  if (!isDocId(text)) throw new Error(`not a document id of class ${docClass}`);
  return text;
}

/** The class of a document id. */
export function classOf(doc: DocId): DocClass {
  const slash = doc.indexOf("/");
  // Hint: a DocId was checked when it was made, so its head is a class.
  return (slash < 0 ? doc : doc.slice(0, slash)) as DocClass;
}

/** The subject of a document id; null for `studio`. */
export function subjectOf(doc: DocId): string | null {
  const slash = doc.indexOf("/");
  return slash < 0 ? null : doc.slice(slash + 1);
}

/** Tells whether the documents of a class belong to a person and fall under a subject tombstone. */
export const isSubjectClass = (docClass: DocClass): docClass is SubjectClass =>
  (subjectClasses as readonly string[]).includes(docClass);
