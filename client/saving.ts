// Owns the words for the one honest state of saving: the store finds it out (store/judge.ts), the chip shows it (ui/SyncChip.tsx).
// Never holds behaviour; neither of the two imports the other. Source: interface.md §5.

/**
 * What the chip can say; `opening` until the device's own storage has answered for the first time, `held` while the server is
 * older than this app.
 */
export type SyncKind = "opening" | "saved" | "saving" | "held" | "offline" | "refused" | "not_saved";

/**
 * Why something is not saved: the disk fails or is full, the server does not answer, it asks for a sign-in, another member or
 * an unconfirmed address, or the app itself is too old or not whole.
 */
export type NotSavedReason =
  | "device"
  | "full"
  | "unacknowledged"
  | "signed_out"
  | "other_member"
  | "unverified"
  | "outdated"
  | "stopped";

/** The state of saving. Units: instants ISO UTC; counts are changes as a member counts them. */
export type SyncState = {
  readonly kind: SyncKind;
  /** The number that belongs to the state: refused changes when it is `refused`, otherwise those that wait. */
  readonly count: number;
  /** Changes the server has not confirmed, whatever the state is. */
  readonly waiting: number;
  /** Changes the server did not take and nobody has given up, whatever the state is. */
  readonly refused: number;
  /** True when there is no way to the server, whatever the state is. */
  readonly isOffline: boolean;
  /** Since when this state holds. */
  readonly since: string | null;
  /** When the server last answered. */
  readonly lastContact: string | null;
  readonly reason?: NotSavedReason;
};
