// Owns the two doors through which a document leaves the server, as one function that both call before the data leave.
// The ledger itself comes with the policy's access log; until then what is recorded is handed to `sink` and not kept.
import type { DocId } from "../../shared/document.ts";

/** Ids only: who got what, on which device, under which rule. Source: design §5, law.md §6. */
export type AccessEvent =
  | {
      readonly kind: "opened";
      readonly org: string;
      readonly member: string;
      readonly device: string;
      readonly doc: DocId;
    }
  | {
      readonly kind: "copied";
      readonly org: string;
      readonly member: string;
      readonly device: string;
      readonly docs: readonly DocId[];
      readonly from: number;
      readonly to: number;
    };

/** Takes an access before the data leave; when it cannot, nothing leaves. Rule: AC1. */
export type RecordAccess = (event: AccessEvent) => Promise<void>;

/** Makes the function for both doors. */
export const createRecordAccess =
  (sink: (event: AccessEvent) => void): RecordAccess =>
  async (event) =>
    sink(event);
