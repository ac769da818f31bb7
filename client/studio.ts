// Owns what screens need of the studio's own document: its statuses in order, its fields for people, its zone.
// Stands on shared/studio.ts and so on yjs; the first chunk loads it behind the first screen (statuses.tsx).
import { createEffect, createMemo } from "solid-js";
import type { Accessor } from "solid-js";
import type { Stored } from "../shared/collection.ts";
import { docId } from "../shared/document.ts";
import { customFields, personStatuses, studioProfile } from "../shared/studio.ts";
import { DEFAULT_ZONE } from "./i18n/format.ts";
import type { StudioStatus } from "./statuses.tsx";
import type { OpenDocument } from "./store/store.ts";
import { createDocument, createRecord, createRecords } from "./store/use.tsx";

/** The definition of one field of the studio's own. */
export type CustomField = Stored<typeof customFields>;

/** The studio's document as screens read it. */
export type Studio = {
  readonly open: Accessor<OpenDocument | undefined>;
  /** Undefined while the device reads; null when the document has not come to this device yet. */
  readonly profile: Accessor<Stored<typeof studioProfile> | null | undefined>;
  /** IANA name of the studio's zone. */
  readonly zone: Accessor<string>;
  readonly statuses: Accessor<readonly StudioStatus[]>;
  /** The fields in use, in order. */
  readonly fields: Accessor<readonly CustomField[]>;
  /** A field by its id, in the trash or not: the history may speak of it. */
  readonly fieldById: (id: string) => CustomField | undefined;
};

/** Opens the studio's document for a screen; owned. */
export function createStudio(): Studio {
  const open = createDocument(() => docId("studio"));
  const profile = createRecord(open, studioProfile, "self");
  const statuses = createRecords(open, personStatuses);
  const fields = createRecords(open, customFields);
  return {
    open,
    profile,
    zone: () => profile()?.record.timeZone ?? DEFAULT_ZONE,
    statuses: createMemo(() => inOrder(statuses() ?? []).map(({ id, record }) => ({ id, ...record }))),
    fields: createMemo(() => inOrder(fields() ?? [])),
    fieldById: (id) => fields()?.find((field) => field.id === id),
  };
}

type Ranked = {
  readonly id: string;
  readonly record: { readonly rank: string; readonly trashedAt?: string | undefined };
};

/** What is in use, by rank; equal ranks, which two devices can give, by id, so that the order is the same everywhere. */
function inOrder<R extends Ranked>(records: readonly R[]): R[] {
  return records
    .filter(({ record }) => record.trashedAt === undefined)
    .toSorted((one, other) => compare(`${one.record.rank} ${one.id}`, `${other.record.rank} ${other.id}`));
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** Tells the studio's statuses as long as the owner lives; nothing while the document has not come. */
export function watchStatuses(tell: (statuses: readonly StudioStatus[]) => void): void {
  const { statuses } = createStudio();
  createEffect(() => {
    if (statuses().length > 0) tell(statuses());
  });
}
