// Owns the registry of everything that is stored: collections by class of document, tables, logs, mail, backups, copies on devices.
// Server and client open only the collections that stand here. Never holds a value and never says who may read one (roles.ts).
import type { AnyCollection } from "../shared/collection.ts";
import type { DocClass } from "../shared/document.ts";
import type { CollectionEntry, FieldClass, StoreEntry } from "./entry.ts";
import {
  contactEntry,
  customFieldEntry,
  noteEntry,
  personActivityEntry,
  personEntry,
  personStatusEntry,
  profileEntry,
  statusMoveEntry,
  studioActivityEntry,
} from "./inventory.collections.ts";
import { backupCopies, backupLists } from "./inventory.backup.ts";
import { browserStorage, cookies, deviceStudioTables, deviceTables, sharedFiles } from "./inventory.device.ts";
import { logLine, mail } from "./inventory.logs.ts";
import { mainTables } from "./inventory.main.ts";
import { keyTables, migrationTables, organisationTables } from "./inventory.studio.ts";

/** The classified collections by class of document; a class without any holds nothing yet. Rules: IN1, IN2. */
export const collectionEntries: Readonly<Record<DocClass, readonly CollectionEntry[]>> = {
  studio: [profileEntry, personStatusEntry, customFieldEntry, studioActivityEntry],
  contact: [contactEntry],
  client: [personEntry, statusMoveEntry, noteEntry, personActivityEntry],
  sessions: [],
  payments: [],
  children: [],
  calendar: [],
  availability: [],
};

// Hint: `Object.entries` of the record above has its classes as keys.
const registry = new Map(
  Object.entries(collectionEntries).map(([docClass, entries]) => [docClass, entries.map((entry) => entry.collection)]),
);

/** The collections a document of a class may hold. Rule: IN1. */
export const collectionsOf = (docClass: DocClass): readonly AnyCollection[] => registry.get(docClass) ?? [];

/** Where something is stored: in a document, on the server, or on a device. */
export type Store =
  | `document:${DocClass}`
  | "main.db"
  | "organisation.db"
  | "keys.db"
  | "log"
  | "mail"
  | "backup"
  | "device:studio"
  | "device";

/** One stored field with its class and its entry. */
export type InventoryRow = {
  readonly store: Store;
  /** The collection, table or kind of line. */
  readonly place: string;
  readonly field: string;
  readonly class: FieldClass;
  readonly entry: CollectionEntry | StoreEntry;
};

/** Every stored field, one row each: what people are told and what the checks of the policy walk over. Rule: IN4. */
export const inventoryRows = (): InventoryRow[] => [
  ...Object.entries(collectionEntries).flatMap(([docClass, entries]) =>
    // Hint: the keys of the record are exactly the classes.
    entries.flatMap((entry) => rowsOf(`document:${docClass as DocClass}`, entry.collection.name, entry)),
  ),
  ...tableRows("main.db", { ...mainTables, ...migrationTables }),
  ...tableRows("organisation.db", { ...organisationTables, ...migrationTables }),
  ...tableRows("keys.db", { ...keyTables, ...migrationTables }),
  ...rowsOf("log", "line", logLine),
  ...rowsOf("mail", "message", mail),
  ...rowsOf("backup", "copies", backupCopies),
  ...tableRows("backup", backupLists),
  ...tableRows("device:studio", deviceStudioTables),
  ...tableRows("device", { ...deviceTables, localStorage: browserStorage, sharedFiles, cookies }),
];

const tableRows = (store: Store, tables: Readonly<Record<string, StoreEntry>>): InventoryRow[] =>
  Object.entries(tables).flatMap(([table, entry]) => rowsOf(store, table, entry));

function rowsOf(store: Store, place: string, entry: CollectionEntry | StoreEntry): InventoryRow[] {
  const classes: [string, FieldClass][] = Object.entries(entry.fields);
  return classes.map(([field, fieldClass]) => ({ store, place, field, class: fieldClass, entry }));
}
