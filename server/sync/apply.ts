// Owns how one update meets one document in memory: inspection, apply, nothing pending, the check of what it changed.
// Never stores, acknowledges or sends. After anything but `changed` or `unchanged` a document that was touched is spoilt: throw it away.
import * as Y from "yjs";
import { checkChange, defineRoots } from "../../shared/check.ts";
import type { Author, CheckContext } from "../../shared/check.ts";
import type { DocId } from "../../shared/document.ts";
import { classOf } from "../../shared/document.ts";
import type { Refusal } from "../../shared/errors.ts";
import { collectionsOf } from "../../policy/inventory.ts";
import { effortOf } from "./effort.ts";
import { extendedIds, inspectUpdate, structsIn } from "./inspect.ts";
import type { Inspected } from "./inspect.ts";

/** One update as it came in. Units: V1 from rooms, V2 over HTTP. */
export type Incoming = Inspected & { readonly author: Author };

/**
 * What an update did. `changed` carries what the document itself emitted, never the incoming bytes. Rule: SY3.
 * `isWhole` when the document was not touched; `heavy` when it must be tried elsewhere before it may be.
 */
export type Applied =
  | { readonly kind: "changed"; readonly emitted: Uint8Array; readonly effort: number }
  | { readonly kind: "heavy"; readonly grows: boolean }
  | { readonly kind: "unchanged" }
  | { readonly kind: "gap"; readonly isWhole?: true }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly isWhole?: true };

/** A fresh document with its roots defined and garbage collection on. */
export function emptyDocument(doc: DocId): Y.Doc {
  const ydoc = new Y.Doc({ gc: true });
  defineRoots(ydoc, collectionsOf(classOf(doc)));
  return ydoc;
}

/** A document from its stored state. Throws: when the state cannot be read; it is never taken for an empty one (S03). */
export function documentFrom(doc: DocId, state: Uint8Array): Y.Doc {
  const ydoc = emptyDocument(doc);
  Y.applyUpdateV2(ydoc, state);
  if (hasPending(ydoc)) throw new Error("stored state has gaps");
  return ydoc;
}

/** Tells whether something in a document waits for what is missing (S07). */
export const hasPending = (ydoc: Y.Doc): boolean => ydoc.store.pendingStructs !== null || ydoc.store.pendingDs !== null;

/** What one update may do unjudged. Units: steps as `effortOf` counts them; bytes of the update. */
export type Allowance = { readonly steps: number; readonly bytes: number };

/** Applies one update and judges what it changed; what may cost more than allowed is left alone. Rules: SY2, SY3, SY5, SY13; S05–S07. */
export function applyIncoming(room: Target, incoming: Incoming, allowed: Allowance): Applied {
  const inspection = inspectUpdate(room.ydoc, incoming);
  if (inspection.kind === "gap") return { kind: "gap", isWhole: true };
  if (inspection.kind === "refused") return { kind: "refused", refusal: { reason: inspection.reason }, isWhole: true };
  const effort = effortOf(room.ydoc, inspection.decoded, allowed.steps);
  const isHeavy = effort > 0 && (effort > allowed.steps || incoming.update.length > allowed.bytes);
  if (isHeavy) return { kind: "heavy", grows: extendedIds(room.ydoc, inspection.decoded).size > 0 };
  return applyInspected(room, incoming, effort);
}

/** The document that an update meets. */
export type Target = { readonly doc: DocId; readonly ydoc: Y.Doc };

function applyInspected({ doc, ydoc }: Target, incoming: Incoming, effort: number): Applied {
  const structsBefore = structsIn(ydoc);
  const seen = watch(ydoc, { collections: collectionsOf(classOf(doc)), author: incoming.author });
  try {
    const apply = incoming.format === "v1" ? Y.applyUpdate : Y.applyUpdateV2;
    apply(ydoc, incoming.update, incoming);
  } catch {
    // Hint: yjs throws on bytes that are no update, and on nesting that overflows its stack.
    return { kind: "refused", refusal: { reason: "malformed" } };
  } finally {
    seen.stop();
  }
  if (seen.refusal() !== null) return { kind: "refused", refusal: seen.refusal() ?? { reason: "malformed" } };
  if (hasPending(ydoc)) return { kind: "gap" };
  if (outgrows(ydoc, { structsBefore, maxStructs: incoming.maxStructs }))
    return { kind: "refused", refusal: { reason: "limit" } };
  const emitted = seen.emitted();
  return emitted === null ? { kind: "unchanged" } : { kind: "changed", emitted, effort };
}

type Growth = { readonly structsBefore: number; readonly maxStructs: number };

/** Loading a document may take time that grows with the square of its structs. Rule: SY9. */
const outgrows = (ydoc: Y.Doc, { structsBefore, maxStructs }: Growth): boolean =>
  structsIn(ydoc) > Math.max(structsBefore, maxStructs);

type Watch = {
  readonly refusal: () => Refusal | null;
  readonly emitted: () => Uint8Array | null;
  readonly stop: () => void;
};

function watch(ydoc: Y.Doc, context: CheckContext): Watch {
  let refusal: Refusal | null = null;
  const updates: Uint8Array[] = [];
  const onTransaction = (transaction: Y.Transaction): void => {
    refusal ??= checkChange(transaction, context);
  };
  const onUpdate = (update: Uint8Array): void => void updates.push(update);
  ydoc.on("afterTransaction", onTransaction);
  ydoc.on("update", onUpdate);
  return {
    refusal: () => refusal,
    emitted: () => (updates.length > 1 ? Y.mergeUpdates(updates) : (updates[0] ?? null)),
    stop: () => {
      ydoc.off("afterTransaction", onTransaction);
      ydoc.off("update", onUpdate);
    },
  };
}
