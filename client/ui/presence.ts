// Owns what a place in a document is to a screen, and which faces stand at one. Never knows where presence comes from.
import type { Accessor } from "solid-js";
import type { Person } from "./Faces.tsx";

/** Where somebody is: a record, and perhaps a field of it. */
export type Place = { readonly record: string; readonly field?: string };

/** A face with the place of its member. */
export type PlacedFace = Person & { readonly place: Place | null };

/** What a field that several people may be in takes of its document. */
export type Shared = {
  readonly mayWrite: Accessor<boolean>;
  readonly faces: Accessor<readonly PlacedFace[]>;
  /** Tells the others which field this member is in; null when they left it. */
  readonly stand: (place: Place | null) => void;
};

/** Those of the faces who are at a place; without a field, anywhere in the record. Rule: PE10. */
export const facesAt = (faces: readonly PlacedFace[], { record, field }: Place): PlacedFace[] =>
  faces.filter(({ place }) => place?.record === record && (field === undefined || place.field === field));
