// Owns how a studio begins on the server: its storage is made and its document is seeded, once.
// Never runs on a device: nobody else makes a `studio` document (S04).
import * as Y from "yjs";
import { docId } from "../shared/document.ts";
import { seedStudio } from "../shared/studio.ts";
import type { Locale } from "../shared/studio.ts";
import type { Organisations } from "./organisations.ts";
import { emptyDocument } from "./sync/apply.ts";

/** A studio to be made. Units: `at` is an instant. */
export type NewStudio = { readonly orgId: string; readonly name: string; readonly locale: Locale; readonly at: string };

/** Makes a studio's storage with its seeded document; a repeat changes nothing. Throws: when the commit fails. Rule: M9. */
export async function createStudio(organisations: Organisations, studio: NewStudio): Promise<void> {
  const storage = await organisations.create(studio.orgId);
  const doc = docId("studio");
  if ((await storage.read(doc)).kind !== "absent") return;
  const ydoc = emptyDocument(doc);
  seedStudio(ydoc, { businessName: studio.name, locale: studio.locale, at: studio.at });
  const [result] = await storage.commit([{ doc, state: Y.encodeStateAsUpdateV2(ydoc), expectedVersion: 0 }]);
  ydoc.destroy();
  if (result?.kind !== "committed") throw new Error(`studio not seeded: ${result?.kind}`);
}
