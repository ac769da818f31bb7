// Owns the secret of a mail link: read once from `#token=`, then gone from the address bar and the history.
// Never stores it: after a reload the link in the mail is opened again.

/** The part of a page's address and history that a link leaves its traces in. */
export type Address = {
  readonly location: { readonly hash: string; readonly pathname: string };
  readonly history: {
    readonly state: unknown;
    readonly replaceState: (state: unknown, unused: string, url: string) => void;
  };
};

const form = /^#token=([A-Za-z0-9_-]{43})$/;

/** Takes the secret out of the address; null when there is none. Rule: UI15. Source: design §7. */
export function takeToken(page: Address = window): string | null {
  const token = form.exec(page.location.hash)?.[1] ?? null;
  if (page.location.hash !== "") page.history.replaceState(page.history.state, "", page.location.pathname);
  return token;
}
