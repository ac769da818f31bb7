// Owns the one honest state of saving as the plain components take it. Never finds out the state: the store tells it.
// Its words are in syncText.ts.

/** What the chip can say, from calm to loud. Source: interface.md §5. */
export const syncKinds = ["opening", "saved", "saving", "held", "offline", "refused", "not_saved"] as const;

export type SyncKind = (typeof syncKinds)[number];

/** Why something is not saved; each has its sentence and what to do. */
export type NotSavedReason =
  | "device"
  | "full"
  | "unacknowledged"
  | "signed_out"
  | "other_member"
  | "unverified"
  | "outdated"
  | "stopped";

/** The state of saving as a plain value. Units: instants ISO UTC; counts are changes. */
export type SyncState = {
  readonly kind: SyncKind;
  /** The number that belongs to the state: refused changes when it is `refused`, otherwise those that wait. */
  readonly count: number;
  /** Changes the server has not confirmed, whatever the state is. */
  readonly waiting: number;
  /** Changes the server did not take, whatever the state is. */
  readonly refused: number;
  readonly isOffline: boolean;
  /** Since when this state holds. */
  readonly since: string | null;
  /** When the server last answered. */
  readonly lastContact: string | null;
  readonly reason?: NotSavedReason;
};

/** How what is not saved leaves the device in readable words. */
export type ExportWay = "copy" | "download";

/** What the member can do about it; absent acts are not offered. */
export type SyncActs = {
  readonly onRetry?: (() => void) | undefined;
  readonly onSignIn?: (() => void) | undefined;
  readonly onReload?: (() => void) | undefined;
  readonly onExport?: ((way: ExportWay) => void) | undefined;
  readonly onShowRefused?: (() => void) | undefined;
};
