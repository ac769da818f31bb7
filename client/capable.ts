// Owns the question whether this page may hold a studio's data at all. Never degrades silently.

/** The abilities of a browser that Lumiso stands on. */
export type Abilities = {
  readonly secure: boolean;
  readonly crypto: boolean;
  readonly locks: boolean;
  readonly worker: boolean;
};

/** What this browser can do here. */
export const abilitiesHere = (): Abilities => ({
  secure: globalThis.isSecureContext,
  crypto: globalThis.crypto?.subtle !== undefined,
  locks: navigator.locks !== undefined,
  worker: "serviceWorker" in navigator,
});

/** Why the page must stop: no secure connection, or a browser that lacks something; null when it may go on. Rule: UI18. */
export function reasonToStop({ secure, crypto, locks, worker }: Abilities): "insecure" | "old" | null {
  if (!secure) return "insecure";
  return crypto && locks && worker ? null : "old";
}
