// Owns who a request comes from, in the words the rest of the server uses.
// Never holds a token: what identifies a session elsewhere is its public id.
import type { Role } from "../../policy/roles.ts";

/** A signed-in browser. `sessionId` is the public id, never the token. */
export type Session = { readonly userId: string; readonly sessionId: string; readonly verified: boolean };

/** A member's standing in one studio; `access` grows with each change of role or grants, `colour` marks them on screens. */
export type Membership = { readonly role: Role; readonly access: number; readonly colour: string };

/** Where a request comes from, for the sign-in log and the limiters alone. */
export type Visitor = { readonly address: string | null; readonly agent: string | null };

/** What a request's cookie stands for. `renewed` asks for the cookie to be set again. */
export type PresentedSession = { readonly session: Session; readonly token: string; readonly renewed: boolean };

/** Who asks: where from, and the session of their browser if it has one. */
export type Caller = { readonly visitor: Visitor; readonly presented: PresentedSession | null };

/** What the guards of auth/guards.ts leave for the routes behind them. `membership` is there behind `member` only. */
export type AuthEnv = {
  Bindings: {
    incoming?: { socket?: { remoteAddress?: string | undefined } };
    outgoing?: { once: (event: "close", run: () => void) => unknown };
  };
  Variables: { caller: Caller; session: Session; membership: Membership };
};
