// Owns the question who asks and what they may do: session, membership and right, for HTTP and for sockets alike.
// Never allocates anything for a stranger; absent and forbidden get the same answer.
import { accessTo } from "../../policy/roles.ts";
import type { Principal, Right } from "../../policy/roles.ts";
import { classOf, parseDocId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { ServerError } from "../../shared/errors.ts";
import { standingOf } from "../../shared/model.ts";
import type { ModelWindow } from "../../shared/model.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { namesOtherMember } from "../auth/guards.ts";
import type { Session } from "../auth/principal.ts";
import type { Sessions } from "../auth/sessions.ts";

/** A member of one organisation who asks for something, on one device. `access` numbers their rights. */
export type Caller = Principal & {
  readonly org: string;
  readonly session: string;
  readonly device: string;
  /** The model of the bundle; null for a stock client, which names none. */
  readonly model: number | null;
  readonly color: string;
  readonly access: number;
};

/** What a request says of itself: `?m=<userId>&d=<deviceId>&v=<model>`; a stock client says nothing. Source: design §3. */
export type Claim = { readonly member: string | null; readonly device: string; readonly model: number | null };

const deviceForm = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads the claim of a request; what does not look like one counts as absent. */
export function readClaim(query: (name: string) => string | undefined): Claim {
  const device = query("d") ?? "";
  const model = Number(query("v"));
  return {
    member: query("m") ?? null,
    device: deviceForm.test(device) ? device : "",
    model: Number.isSafeInteger(model) && model > 0 ? model : null,
  };
}

/** A request; `session` is its session where somebody has just read it, and absent where it has to be read now. Rule: AU23. */
export type Who = {
  readonly headers: Headers;
  readonly org: string;
  readonly claim: Claim;
  readonly session?: Session | null;
};

/** What an open socket keeps of the request that asked for it, to be asked again by: not the whole of its headers. Rule: MM1. */
export type Pass = Omit<Who, "headers" | "session"> & {
  readonly shown: readonly (readonly [name: string, value: string])[];
};

/** The headers by which a session is read. */
const SHOWN = ["cookie", "user-agent"];

/** What to keep of a request. */
export const passOf = ({ headers, org, claim }: Who): Pass => ({
  org,
  claim,
  shown: SHOWN.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  }),
});

/** Asks again as at first. */
export const showing = ({ shown, org, claim }: Pass): Who => ({
  org,
  claim,
  headers: new Headers(shown.map(([name, value]): [string, string] => [name, value])),
});

const NO_GRANTS: ReadonlySet<string> = new Set();

/** Finds the caller. Fails: `signed_out`, `other_member`, `email_unverified`, `not_found`. Rule: WH1. */
export async function findCaller(sessions: Sessions, who: Who): Promise<Result<Caller, ServerError>> {
  const session = who.session === undefined ? await sessions.readSession(who.headers) : who.session;
  if (session === null) return err({ type: "signed_out" });
  if (namesOtherMember(who.claim.member, session)) return err({ type: "other_member" });
  if (!session.verified) return err({ type: "email_unverified" });
  const membership = await sessions.membership(session.userId, who.org);
  if (membership === null) return err({ type: "not_found" });
  const { role, access, colour } = membership;
  return ok({
    member: session.userId,
    // Hint: grants come with sessions (shoots); until then nobody has one and granted classes stay closed.
    grants: NO_GRANTS,
    role,
    access,
    color: colour,
    org: who.org,
    session: session.sessionId,
    device: who.claim.device,
    model: who.claim.model,
  });
}

/** What a caller may do with a document named in an address. Fails: `not_found` for unknown, absent and forbidden alike. Rule: WH2. */
export function findRight(caller: Caller, name: string): Result<{ doc: DocId; right: Right }, ServerError> {
  if (parseDocId(name) === null) return err({ type: "not_found" });
  // Hint: parseDocId has just accepted it.
  const doc = name as DocId;
  const right = accessTo(caller, doc);
  return right === "none" ? err({ type: "not_found" }) : ok({ doc, right });
}

/** Tells whether a caller may make a document that does not exist; `studio` is made by the server alone (S04). Rule: WH3. */
export const mayCreate = (doc: DocId, right: Right): boolean => right === "write" && classOf(doc) !== "studio";

/** Why a bundle may not write now: its model is outside the window; null when it may. It may always read. Rule: WH4. */
export function refuseModel({ model }: Caller, models: ModelWindow): ServerError | null {
  const standing = model === null ? "current" : standingOf(model, models);
  return standing === "current" ? null : { type: standing };
}
