// Owns what a session is: the member, their studios, what the device remembers of both, and what a page may do about it.
// How a page follows it is in page-session.ts.
// Never holds a secret: the session is an HttpOnly cookie. Never opens a studio's data (store/ does, per member).
import { createContext, useContext } from "solid-js";
import type { Accessor } from "solid-js";
import * as v from "valibot";
import { roles } from "../policy/roles.ts";
import type { Result } from "../shared/result.ts";
import type { Locale } from "../shared/studio.ts";
import { endReasons } from "../shared/errors.ts";
import type { EndReason } from "../shared/errors.ts";
import type { Api, ApiError } from "./api.ts";
import { locales } from "./i18n/i18n.ts";
import type { Tabs } from "./tabs.ts";

const userSchema = v.object({
  id: v.string(),
  email: v.string(),
  name: v.string(),
  locale: v.picklist(locales),
  verified: v.boolean(),
});

const orgSchema = v.object({ id: v.string(), name: v.string(), role: v.picklist(roles) });

/** The answer of `GET /api/auth/me`: the member, their studios and the server's model. Source: design §7. */
export const accountSchema = v.object({ user: userSchema, orgs: v.array(orgSchema), model: v.number() });

/** What the device remembers; `ended` is there when the session was no more at the last contact. Rule: ME8. */
export const rememberedSchema = v.object({ ...accountSchema.entries, ended: v.optional(v.picklist(endReasons)) });

export type Remembered = v.InferOutput<typeof rememberedSchema>;
export type Account = v.InferOutput<typeof accountSchema>;
export type User = Account["user"];
export type Org = Account["orgs"][number];

/** A place on the device that remembers one value from one start to the next. */
export type Memory<T> = {
  readonly load: () => Promise<T | null>;
  readonly save: (value: T) => Promise<void>;
  readonly clear: () => Promise<void>;
};

/**
 * Who is signed in. `other_member`: somebody else signed in in this browser; `locked`: the session was ended on purpose.
 * With `isExpired` it ran out: all stays readable and editable, and is sent after a sign-in. Rules: UI4, ME6–ME8.
 */
export type SessionState =
  | { readonly status: "starting" | "signed_out" | "leaving" }
  | { readonly status: "other_member"; readonly user: User }
  | { readonly status: "locked"; readonly user: User; readonly why: EndReason }
  | { readonly status: "signed_in"; readonly account: Account; readonly isExpired: boolean };

/** The session of one page. */
export type Session = {
  readonly state: Accessor<SessionState>;
  readonly me: () => User | null;
  readonly orgs: () => readonly Org[];
  readonly org: (id: string) => Org | undefined;
  /** The id of the member whose page this is, locked or not: every call names them. Rule: ME7. */
  readonly member: () => string | null;
  /** Shows what the device remembers, then asks the server. */
  readonly start: () => Promise<void>;
  /** Asks the server who is signed in. Fails: as the call does; without a network the remembered answer stands. */
  readonly refresh: () => Promise<Result<Account, ApiError>>;
  /** Signs in with a password; a page of another member starts anew. Fails: as the call does. */
  readonly signIn: (form: { readonly email: string; readonly password: string }) => Promise<Result<Account, ApiError>>;
  /** Takes whoever the cookie says, after a way in of its own: a sign-up, an invitation. Fails: as the call does. */
  readonly arrive: () => Promise<Result<Account, ApiError>>;
  /** Changes the name or language of the member. Fails: as the call does. */
  readonly change: (changes: { name?: string; locale?: Locale }) => Promise<Result<Account, ApiError>>;
  /** Takes the member off this device. Fails: `everywhere` as the call does, and then the session goes on. Rules: ME1–ME3. */
  readonly signOut: (where: "here" | "everywhere") => Promise<Result<void, ApiError>>;
  /** Goes on as whoever signed in in another tab. */
  readonly goOn: () => Promise<void>;
  /** Takes the server's word that this page is no longer who it says; without a reason it is asked for. */
  readonly refused: (type: "signed_out" | "other_member", why?: EndReason) => void;
  /** The other tabs of this browser. */
  readonly tabs: Tabs;
  /** Looks whether somebody signed in or out without this page being told, as after it was put aside. */
  readonly look: () => Promise<void>;
};

/** How a member leaves a device. */
export type Leaving = {
  /** Remembers in one write that nobody is signed in, whose data is to be wiped, and whether the server is still to be told. */
  readonly begin: (user: string, options: { readonly owes: boolean }) => Promise<void>;
  /** Wipes what was begun to be wiped. */
  readonly finish: () => Promise<void>;
  /** The member whose session is still to be ended at the server. */
  readonly owed: () => Promise<string | null>;
  readonly settled: () => Promise<void>;
  /** Tells whether this device's own memory is there; where the browser took it, an empty one says nothing about members. */
  readonly isIntact: () => Promise<boolean>;
};

/** What a session stands on. */
export type SessionParts = {
  readonly api: Api;
  readonly memory: Memory<Remembered>;
  readonly leaving: Leaving;
  readonly tabs: Tabs;
  /** Loads the page anew, so that nothing of who was here before stays in its memory. */
  readonly restart: () => void;
  /** Is told each word of the server on who is signed in and where they belong. */
  readonly heard?: (account: Account) => Promise<void>;
  /** Gets what nobody could foresee. */
  readonly onFailure: (error: unknown) => void;
  /** Tells whether the browser holds a session at all; false spares a call that can only fail. */
  readonly here?: () => boolean;
};

/** Reads the mark that the server sets beside its session cookie. Source: design §7. */
export const isHere = (cookies: string): boolean => /(?:^|; )lumiso_here=1(?:;|$)/.test(cookies);

/** Carries the session to all components below. */
export const SessionContext = createContext<Session>();

/** The session of the page. Throws: outside its provider. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("useSession needs <SessionContext.Provider> above it (client/main.tsx)");
  return session;
}

/** Carries the door to the server to all components below. */
export const ApiContext = createContext<Api>();

/** The door to the server. Throws: outside its provider. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error("useApi needs <ApiContext.Provider> above it (client/main.tsx)");
  return api;
}
