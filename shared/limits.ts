// Owns the limits that both sides know: what a document, an update and a piece of sync may weigh, and how many records make sense.
// The server enforces its table (server/limits.ts takes these as start values, LIMITS overrides them); a device stays below them,
// so that nothing is written that would be refused. Never enforces one itself. Source: sync.md §4.4.
import type { DocClass } from "./document.ts";

const KB = 1000;
const KIB = 1024;
const MIB = 1024 * KIB;

/** Limits of sync and of documents. Units: in the name; a name without one is a count. Rule: LI1. */
export const sharedLimits = {
  frameBytes: MIB,
  updatesBodyBytes: 4 * MIB,
  clientIdsPerLiveUpdate: 32,
  clientIdsPerSyncUpdate: 256,
  clientIdsPerDocument: 5000,
  structsPerDocument: 40_000,
  documentHardBytes: 2 * MIB,
  studioHardBytes: 4 * MIB,
} as const satisfies Record<string, number>;

/** Limits of the wire and of what a document is, the same everywhere: no server has others. Units: as above. */
export const fixedLimits = { importPieceBytes: 256 * KB, updatesDocuments: 500, nestingDepth: 16 } as const;

/** How many records of a kind a device makes in one document, and lines in one note; far above what a studio needs. Rule: LI2. */
export const recordLimits = { notesPerPerson: 1500, customFieldsPerStudio: 500, linesPerNote: 4000 } as const;

/** What a limit is about; the interface has a sentence and a way out for each. */
export type LimitOf = "notes" | "customFields" | "person" | "studio";

/** A document's weight. `bytes` is its state in V2. */
export type Weight = { readonly bytes: number; readonly structs: number };

/** The most a document of a class may weigh on the server. */
export const hardWeight = (docClass: DocClass): Weight => ({
  bytes: docClass === "studio" ? sharedLimits.studioHardBytes : sharedLimits.documentHardBytes,
  structs: sharedLimits.structsPerDocument,
});

/**
 * The share of the server's limit that a device uses: what others write meanwhile, and the history of acts, need room too.
 * Acts that tidy up have a little more, so that a full document can still be put in order. Rule: LI3.
 */
export const deviceShare = { grow: 0.85, tidy: 0.95 } as const;
