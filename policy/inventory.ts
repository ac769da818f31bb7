// Owns the registry of what is stored: which collections exist in which class of document.
// Server and client open only what stands here. Never holds a value and never says who may read one (roles.ts).
import { personActivity, studioActivity } from "../shared/activity.ts";
import type { AnyCollection } from "../shared/collection.ts";
import type { DocClass } from "../shared/document.ts";
import { notes } from "../shared/notes.ts";
import { contacts, persons, statusMoves } from "../shared/people.ts";
import { customFields, personStatuses, studioProfile } from "../shared/studio.ts";

const registry: Readonly<Record<DocClass, readonly AnyCollection[]>> = {
  studio: [studioProfile, personStatuses, customFields, studioActivity],
  contact: [contacts],
  client: [persons, statusMoves, notes, personActivity],
  sessions: [],
  payments: [],
  children: [],
  calendar: [],
  availability: [],
};

/** The collections a document of a class may hold; a class without any holds nothing yet. Rule: IN1. */
export const collectionsOf = (docClass: DocClass): readonly AnyCollection[] => registry[docClass];
