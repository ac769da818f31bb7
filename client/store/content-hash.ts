// Owns the comparison of a document with what the server holds, by the hash of the content. A difference should never be:
// it means that two copies grew apart without an error (sync.md L08). Never repairs anything itself.
import { collectionsOf } from "../../policy/inventory.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { classOf } from "../../shared/document.ts";
import type { ContentHash } from "../../shared/protocol.ts";
import type { Live } from "./live.ts";

/** Tells whether a document differs from the server's; while something is unsent nothing can be said. Rule: S37. */
export async function differs(live: Live, { hash }: ContentHash): Promise<boolean> {
  if (!live.ledger.isQuiet()) return false;
  // Hint: read before anything is awaited, as the document was when the message came.
  const content = new TextEncoder().encode(canonicalContent(live.doc, collectionsOf(classOf(live.id))));
  const own = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return own.some((byte, index) => byte !== hash[index]) || own.length !== hash.length;
}
