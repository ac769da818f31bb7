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
import { removalsIn } from "./removals.ts";
import { extendedIds, inspectUpdate, structsIn } from "./inspect.ts";
import type { Inspected } from "./inspect.ts";

/** One update as it came in. Units: V1 from rooms, V2 over HTTP. */
export type Incoming = Inspected & { readonly author: Author };

/**
 * What an update did. `changed` carries what the document itself emitted, never the incoming bytes. Rule: SY3.
 * `isWhole` when the document was not touched; `heavy` when it must be tried elsewhere before it may be.
 */
export type Applied =
  | ({ readonly kind: "changed"; readonly emitted: Uint8Array } & Made)
  | { readonly kind: "heavy"; readonly grows: boolean }
  | { readonly kind: "unchanged" }
  | { readonly kind: "gap"; readonly isWhole?: true }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly isWhole?: true };

/** What an accepted update made: how much effort it was, how much it took away, under which client ids it wrote. */
export type Made = { readonly effort: number; readonly removals: number; readonly ids: ReadonlySet<number> };

/** A fresh document with its roots defined and garbage collection on. */
export function emptyDocument(doc: DocId): Y.Doc {
  // Hint: named, because yjs would draw a name nobody reads, which takes longer than all else about an empty document (measured).
  const ydoc = new Y.Doc({ gc: true, guid: "lumiso" });
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

/**
 * What one update may do. Units: steps as `effortOf` counts them (up to `mostSteps`) and bytes of the update, beyond which it is tried first; client ids
 * that the document may hold afterwards. `ownerOf` tells whose a client id is.
 */
export type Allowance = {
  readonly steps: number;
  readonly mostSteps: number;
  readonly bytes: number;
  readonly clientIds: number;
  readonly ownerOf: (client: number) => string | null;
};

/** Applies one update and judges what it changed; what may cost more than allowed is left alone. Rules: SY2, SY3, SY5, SY13; S05–S07. */
export function applyIncoming(room: Target, incoming: Incoming, allowed: Allowance): Applied {
  const seen = lookAt(room, incoming, allowed);
  if (seen.kind !== "fine") return seen;
  const { effort, ids } = seen;
  return applyInspected(room, incoming, { effort, ids, clientIds: allowed.clientIds, run: () => meet(room, incoming) });
}

/** How many of some updates were applied, from the first on, and what they did. */
export type AppliedTogether = { readonly taken: number; readonly applied: Applied };

/**
 * Applies updates of one author in one transaction, up to the first that needs a look of its own, and judges what they changed
 * together. Whatever is not `changed` or `unchanged` says nothing about each of them. Rule: SY17.
 */
export function applyTogether(room: Target, updates: readonly Incoming[], allowed: Allowance): AppliedTogether {
  const ids = new Set<number>();
  const sum = { taken: 0, effort: 0 };
  const run = (): void => {
    for (const incoming of updates) {
      const seen = lookAt(room, incoming, { ...allowed, steps: allowed.steps - sum.effort });
      if (seen.kind !== "fine") return;
      meet(room, incoming);
      sum.taken += 1;
      sum.effort += seen.effort;
      for (const id of seen.ids) ids.add(id);
    }
  };
  const [first] = updates;
  if (first === undefined) return { taken: 0, applied: { kind: "unchanged" } };
  // Hint: not local, so that yjs treats it as the transactions of the updates in it.
  const together = (): void => Y.transact(room.ydoc, run, first, false);
  const applied = applyInspected(room, first, { effort: 0, ids, clientIds: allowed.clientIds, run: together });
  const isMade = applied.kind === "changed";
  return { taken: sum.taken, applied: isMade ? { ...applied, effort: sum.effort } : applied };
}

type Fine = { readonly kind: "fine"; readonly effort: number; readonly ids: ReadonlySet<number> };

/** Judges an update without touching the document. */
function lookAt(
  { ydoc }: Target,
  incoming: Incoming,
  allowed: Allowance,
): Fine | Exclude<Applied, { kind: "changed" }> {
  const inspection = inspectUpdate(ydoc, incoming);
  if (inspection.kind === "gap") return { kind: "gap", isWhole: true };
  if (inspection.kind === "refused") return { kind: "refused", refusal: { reason: inspection.reason }, isWhole: true };
  const ids = extendedIds(ydoc, inspection.decoded);
  if (isForeign(ids, incoming.author, allowed))
    return { kind: "refused", refusal: { reason: "author" }, isWhole: true };
  const effort = effortOf(ydoc, inspection.decoded, allowed.mostSteps);
  const isHeavy = effort > 0 && (effort > allowed.steps || incoming.update.length > allowed.bytes);
  return isHeavy ? { kind: "heavy", grows: ids.size > 0 } : { kind: "fine", effort, ids };
}

function meet({ ydoc }: Target, incoming: Incoming): void {
  const apply = incoming.format === "v1" ? Y.applyUpdate : Y.applyUpdateV2;
  apply(ydoc, incoming.update, incoming);
}

/** New structs under a colleague's client id would make that colleague's next edits count as known. Rule: SY14. */
const isForeign = (ids: ReadonlySet<number>, author: Author, { ownerOf }: Allowance): boolean =>
  [...ids].some((client) => {
    const owner = ownerOf(client);
    return owner !== null && owner !== author.member && author.mayBring?.(owner) !== true;
  });

/** The document that an update meets. */
export type Target = { readonly doc: DocId; readonly ydoc: Y.Doc };

type Expected = Pick<Made, "effort" | "ids"> & Pick<Allowance, "clientIds"> & { readonly run: () => void };

function applyInspected({ doc, ydoc }: Target, incoming: Incoming, { effort, ids, clientIds, run }: Expected): Applied {
  const before = { structs: structsIn(ydoc), clientIds: ydoc.store.clients.size };
  const seen = watch(ydoc, { collections: collectionsOf(classOf(doc)), author: incoming.author });
  try {
    run();
  } catch {
    // Hint: yjs throws on bytes that are no update, and on nesting that overflows its stack.
    return { kind: "refused", refusal: { reason: "malformed" } };
  } finally {
    seen.stop();
  }
  if (seen.refusal() !== null) return { kind: "refused", refusal: seen.refusal() ?? { reason: "malformed" } };
  if (hasPending(ydoc)) return { kind: "gap" };
  if (outgrows(ydoc, { before, most: { structs: incoming.maxStructs, clientIds } }))
    return { kind: "refused", refusal: { reason: "limit" } };
  const emitted = seen.emitted();
  return emitted === null
    ? { kind: "unchanged" }
    : { kind: "changed", emitted, effort, ids, removals: seen.removals() };
}

type Extent = { readonly structs: number; readonly clientIds: number };
type Growth = { readonly before: Extent; readonly most: Extent };

/** Loading a document takes time that grows with its structs, and every handshake names all its client ids. Rules: SY9, SY15. */
const outgrows = (ydoc: Y.Doc, { before, most }: Growth): boolean =>
  structsIn(ydoc) > Math.max(before.structs, most.structs) ||
  ydoc.store.clients.size > Math.max(before.clientIds, most.clientIds);

type Watch = {
  readonly refusal: () => Refusal | null;
  readonly emitted: () => Uint8Array | null;
  readonly removals: () => number;
  readonly stop: () => void;
};

function watch(ydoc: Y.Doc, context: CheckContext): Watch {
  let refusal: Refusal | null = null;
  let removals = 0;
  const updates: Uint8Array[] = [];
  const onTransaction = (transaction: Y.Transaction): void => {
    refusal ??= checkChange(transaction, context);
    removals += removalsIn(transaction);
  };
  const onUpdate = (update: Uint8Array): void => void updates.push(update);
  ydoc.on("afterTransaction", onTransaction);
  ydoc.on("update", onUpdate);
  return {
    refusal: () => refusal,
    emitted: () => (updates.length > 1 ? Y.mergeUpdates(updates) : (updates[0] ?? null)),
    removals: () => removals,
    stop: () => {
      ydoc.off("afterTransaction", onTransaction);
      ydoc.off("update", onUpdate);
    },
  };
}
