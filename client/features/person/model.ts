// Owns what an opened person stands on: their two documents, what is in them, who else is here, and what this member may do.
// Never draws and never acts.
import {
  createContext,
  createEffect,
  createMemo,
  createRoot,
  createSignal,
  getOwner,
  onCleanup,
  untrack,
  useContext,
} from "solid-js";
import type { Accessor } from "solid-js";
import { docId } from "../../../shared/document.ts";
import type { DocId } from "../../../shared/document.ts";
import { contacts, persons } from "../../../shared/people.ts";
import type { Stored } from "../../../shared/collection.ts";
import { accessTable } from "../../../policy/roles.ts";
import { createDocument, createFaces, createRecord, useStore } from "../../store/use.tsx";
import { createStudio } from "../../studio.ts";
import type { Studio } from "../../studio.ts";
import type { OpenDocument } from "../../store/store.ts";
import type { Person } from "../../ui/Faces.tsx";
import type { Place, Shared } from "../../ui/presence.ts";

/** One of the two documents while it is shown. */
export type Part<C extends typeof contacts | typeof persons> = Shared & {
  readonly id: DocId;
  readonly open: Accessor<OpenDocument | undefined>;
  /** Undefined while the device reads; null when the document holds none. */
  readonly record: Accessor<Stored<C> | null | undefined>;
  /** Tells the others where this member is while in no field, such as an open note; null for nowhere. */
  readonly dwell: (place: Place | null) => void;
};

/** An opened person. `client` is null for a role that sees the contact alone. */
export type PersonModel = {
  readonly subject: string;
  readonly contact: Part<typeof contacts>;
  readonly client: Part<typeof persons> | null;
  readonly studio: Studio;
  /** The name of a member, former ones included; undefined when the device does not know them. */
  readonly memberName: (id: string) => string | undefined;
  /** True once the device has answered for both documents. */
  readonly isRead: Accessor<boolean>;
  /** Everybody else who is here, once each. */
  readonly here: Accessor<readonly Person[]>;
  /** Why the person is not here any more. */
  readonly gone: Accessor<null | "erased" | "revoked">;
  /** Why their details are not on this device though they are in the list. */
  readonly missing: Accessor<null | "evicted" | "damaged">;
};

/** Opens a person's documents; owned. */
function createPersonModel(subject: string): PersonModel {
  const store = useStore();
  const contact = createPart(docId("contact", subject), contacts);
  const client = accessTable[store.role()].client === "none" ? null : createPart(docId("client", subject), persons);
  const here = createMemo(() => {
    const all = [...contact.faces(), ...(client?.faces() ?? [])];
    return [...new Map(all.map((face) => [face.id, face])).values()];
  });
  return {
    subject,
    contact,
    client,
    studio: createStudio(),
    memberName: (id) => store.members().find(({ userId }) => userId === id)?.name,
    isRead: () => contact.record() !== undefined && (client === null || client.record() !== undefined),
    here,
    gone: () => contact.open()?.gone() ?? client?.open()?.gone() ?? null,
    missing: () => contact.open()?.missing() ?? client?.open()?.missing() ?? null,
  };
}

/** A person is waited for this long before the one who stood there goes. Units: ms. */
const PATIENCE_MS = 1000;

type Kept = { readonly person: PersonModel; readonly leave: () => void };

/**
 * Opens the person who is asked for; owned. Whoever stood there stays until the device has answered, so that nothing flashes by
 * and the page is drawn once. Rules: PE10, SP6.
 */
export function createShownPerson(asked: Accessor<string | null>): Accessor<PersonModel | undefined> {
  const owner = getOwner();
  const [shown, setShown] = createSignal<Kept>();
  const take = (next: Kept | undefined): void => {
    const before = untrack(shown);
    setShown(() => next);
    if (before !== next) before?.leave();
  };
  createEffect(() => {
    const subject = asked();
    if (subject === null) return take(undefined);
    const next = createRoot((leave): Kept => ({ person: createPersonModel(subject), leave }), owner);
    const timer = setTimeout(() => take(next), PATIENCE_MS);
    createEffect(() => isAnswered(next.person) && take(next));
    onCleanup(() => {
      clearTimeout(timer);
      if (untrack(shown) !== next) next.leave();
    });
  });
  onCleanup(() => untrack(shown)?.leave());
  return () => shown()?.person;
}

const isAnswered = ({ isRead, gone, missing }: PersonModel): boolean =>
  isRead() || gone() !== null || missing() !== null;

function createPart<C extends typeof contacts | typeof persons>(id: DocId, collection: C): Part<C> {
  const open = createDocument(() => id);
  let dwelling: Place | null = null;
  const stand = (place: Place | null): void => open()?.stand(place ?? dwelling);
  return {
    id,
    open,
    record: createRecord(open, collection, "self"),
    mayWrite: () => open()?.isReadOnly === false,
    faces: createFaces(open),
    stand,
    dwell: (place) => {
      dwelling = place;
      stand(null);
    },
  };
}

/** Carries the opened person to its sections. */
export const PersonContext = createContext<PersonModel>();

/** The opened person. Throws: outside one. */
export function usePerson(): PersonModel {
  const person = useContext(PersonContext);
  if (person === undefined) throw new Error("usePerson needs <PersonContext.Provider> above it (Person.tsx)");
  return person;
}
