// Owns what is looked at before an update may touch a document: that it is one, how much it holds, whether it has a gap, whose
// client ids it extends. Never applies anything, and never reads more of an update than it may hold. Source: sync.md §5.
import * as Y from "yjs";
import type { RefusalReason } from "../../shared/errors.ts";

/** An update and its bounds. Units: V1 from rooms, V2 over HTTP; structs are what Yjs takes one by one, deleted ranges too. */
export type Inspected = {
  readonly update: Uint8Array;
  readonly format: "v1" | "v2";
  readonly maxClientIds: number;
  readonly maxStructs: number;
};

/** An update as it was read, without having been applied. */
export type Decoded = ReturnType<typeof Y.decodeUpdate>;

/** What was found: a word of the closed list, `gap` when a predecessor is missing at the start of a client's structs, or the parts. */
export type Inspection =
  | { readonly kind: "refused"; readonly reason: RefusalReason }
  | { readonly kind: "gap" }
  | { readonly kind: "read"; readonly decoded: Decoded };

/** Far above what an honest client reaches in years; beyond 2^51 the stored encoding would be inexact. */
const MAX_CLOCK = 2 ** 40;

/** Client ids have 32 bits. */
const MAX_CLIENT = 2 ** 32 - 1;

const TOO_MANY = "more structs than an update may hold";

type Decoder = typeof Y.UpdateDecoderV2;

const decoders = new Map<number, Decoder>();

/** A decoder that ends reading: V2 repeats its last value for ever, so that 21 bytes can name any number of structs. */
function boundedDecoder(maxStructs: number): Decoder {
  // Hint: a class, because yjs makes its decoder itself, by `new`; kept, because a class for each update would be slow.
  const known = decoders.get(maxStructs);
  if (known !== undefined) return known;
  const made = class extends Y.UpdateDecoderV2 {
    left = maxStructs;
    override readInfo(): number {
      this.left -= 1;
      if (this.left < 0) throw new RangeError(TOO_MANY);
      return super.readInfo();
    }
  };
  decoders.set(maxStructs, made);
  return made;
}

/** Judges an update for a document by its bounds alone. Fails: `limit`, `malformed`, `gap`. Rules: SY5, SY9. */
export function inspectUpdate(ydoc: Y.Doc, incoming: Inspected): Inspection {
  try {
    const decoded = decode(incoming);
    const { structs, ds } = decoded;
    const ranges = [...ds.clients.values()].reduce((sum, { length }) => sum + length, 0);
    if (structs.length > incoming.maxStructs || ranges > incoming.maxStructs) return refused("limit");
    return inspectStructs(ydoc, decoded, incoming.maxClientIds);
  } catch (error) {
    // Hint: yjs throws on bytes that are no update.
    return refused(error instanceof RangeError && error.message === TOO_MANY ? "limit" : "malformed");
  }
}

const refused = (reason: RefusalReason): Inspection => ({ kind: "refused", reason });

const decode = ({ update, format, maxStructs }: Inspected): Decoded =>
  format === "v1" ? Y.decodeUpdate(update) : Y.decodeUpdateV2(update, boundedDecoder(maxStructs));

function inspectStructs(ydoc: Y.Doc, decoded: Decoded, maxClientIds: number): Inspection {
  const from = new Map<number, number>();
  for (const { id, length } of decoded.structs) {
    // Hint: Yjs stores a struct without length and can never read the document again.
    if (length < 1 || id.clock + length > MAX_CLOCK || id.client > MAX_CLIENT) return refused("malformed");
    if (!from.has(id.client)) from.set(id.client, id.clock);
  }
  if (from.size > maxClientIds) return refused("limit");
  const hasGap = [...from].some(([client, clock]) => clock > Y.getState(ydoc.store, client));
  return hasGap ? { kind: "gap" } : { kind: "read", decoded };
}

/** How many structs a document holds: what loading it costs. */
export const structsIn = (ydoc: Y.Doc): number =>
  [...ydoc.store.clients.values()].reduce((sum, { length }) => sum + length, 0);

/** The client ids under which an update brings structs that a document has not. Rule: SY14. */
export function extendedIds(ydoc: Y.Doc, { structs }: Decoded): Set<number> {
  const ids = new Set<number>();
  for (const struct of structs) if (isNew(ydoc, struct)) ids.add(struct.id.client);
  return ids;
}

const isNew = (ydoc: Y.Doc, { id, length }: Y.AbstractStruct): boolean =>
  id.clock + length > Y.getState(ydoc.store, id.client);
