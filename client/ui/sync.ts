// Owns what a member can do about the state of saving (../saving.ts) and with what is not saved. Never does it itself.
// The words of the chip are in syncText.ts.

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
