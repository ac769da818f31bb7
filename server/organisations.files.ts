// Owns where the files of organisations lie and which texts may name one.
// Never opens a file: the names come from random ids and hold no personal data.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The two folders of a server. `keysDir` may lie on another disk, so that a backup can keep the two apart. */
export type Folders = { readonly dataDir: string; readonly keysDir: string };

/** The files of one organisation: its documents, and the keys that open them. */
export type OrganisationFiles = { readonly data: string; readonly keys: string };

const organisationId = /^[A-Za-z0-9_-]{8,64}$/;

/** Tells whether a text has the form of an organisation's id; anything else never reaches a path. Rule: ST27. */
export const isOrganisationId = (text: string): boolean => organisationId.test(text);

/** The files of an organisation. Throws: when the text is no id of one. */
export function organisationFiles({ dataDir, keysDir }: Folders, org: string): OrganisationFiles {
  if (!isOrganisationId(org)) throw new Error("not an organisation id");
  return { data: join(dataDir, "orgs", `${org}.db`), keys: join(keysDir, `${org}.keys.db`) };
}

/** A file of SQLite and the two it keeps beside it. */
export const withSideFiles = (path: string): string[] => [path, `${path}-wal`, `${path}-shm`];

/** Tells whether any organisation was ever made here: then its key-encryption key must exist too. Rule: K8. */
export const organisationsExist = ({ dataDir, keysDir }: Folders): boolean =>
  holds(join(dataDir, "orgs"), ".db") || holds(keysDir, ".keys.db");

const holds = (folder: string, ending: string): boolean =>
  existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(ending));
