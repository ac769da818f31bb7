// Owns who is signed in on this page: the member, their studios, and what the device remembers of both.
// Never holds a secret: the session is an HttpOnly cookie. Never opens a studio's data (store/ does, per member).
import { createContext, createSignal, useContext } from "solid-js";
import type { Accessor } from "solid-js";
import * as v from "valibot";
import { roles } from "../policy/roles.ts";
import { ok } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";
import type { Locale } from "../shared/studio.ts";
import type { Api, ApiError } from "./api.ts";
import { locales } from "./i18n/i18n.ts";

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

export type Account = v.InferOutput<typeof accountSchema>;
export type User = Account["user"];
export type Org = Account["orgs"][number];

/** A place on the device that remembers one value from one start to the next. */
export type Memory<T> = {
  readonly load: () => Promise<T | null>;
  readonly save: (value: T) => Promise<void>;
  readonly clear: () => Promise<void>;
};

/** A memory that lasts as long as the page; the store brings one that lasts. */
export function makeMemory<T>(): Memory<T> {
  let kept: T | null = null;
  return {
    load: async () => kept,
    save: async (value) => {
      kept = value;
    },
    clear: async () => {
      kept = null;
    },
  };
}

/** Who is signed in. `other_member`: another tab signed in as somebody else, so this page is locked. Rule: UI4. */
export type SessionState =
  | { readonly status: "starting" | "signed_out" | "other_member" }
  | { readonly status: "signed_in"; readonly account: Account };

/** The session of one page. */
export type Session = {
  readonly state: Accessor<SessionState>;
  readonly me: () => User | null;
  readonly orgs: () => readonly Org[];
  readonly org: (id: string) => Org | undefined;
  /** Shows what the device remembers, then asks the server. */
  readonly start: () => Promise<void>;
  /** Asks the server who is signed in. Fails: as the call does; without a network the remembered answer stands. */
  readonly refresh: () => Promise<Result<Account, ApiError>>;
  /** Changes the name or language of the member. Fails: as the call does. */
  readonly change: (changes: { name?: string; locale?: Locale }) => Promise<Result<Account, ApiError>>;
  /** Ends the session here or on every device. Fails: as the call does; then the session goes on. */
  readonly signOut: (where: "here" | "everywhere") => Promise<Result<void, ApiError>>;
  /** Takes the server's word that this page is no longer who it says. */
  readonly refused: (type: "signed_out" | "other_member") => void;
};

/** What a session stands on. `left` runs when a member has left this device, before the screen changes. */
export type SessionParts = {
  readonly api: Api;
  readonly memory: Memory<Account>;
  readonly left?: (user: User) => Promise<void>;
  /** Tells whether the browser holds a session at all; false spares a call that can only fail. */
  readonly here?: () => boolean;
};

/** Reads the mark that the server sets beside its session cookie. Source: design §7. */
export const isHere = (cookies: string): boolean => /(?:^|; )lumiso_here=1(?:;|$)/.test(cookies);

/** Creates the session of one page. Rule: UI4. */
export function createSession({ api, memory, left, here = () => true }: SessionParts): Session {
  const [state, setState] = createSignal<SessionState>({ status: "starting" });
  const account = (): Account | null => {
    const now = state();
    return now.status === "signed_in" ? now.account : null;
  };
  const me = (): User | null => account()?.user ?? null;
  const orgs = (): readonly Org[] => account()?.orgs ?? [];

  const refused = (type: "signed_out" | "other_member"): void => {
    setState({ status: type });
    if (type === "signed_out") void memory.clear();
  };
  const take = async (answer: Result<Account, ApiError>): Promise<Result<Account, ApiError>> => {
    if (answer.ok) {
      setState({ status: "signed_in", account: answer.value });
      await memory.save(answer.value);
    } else if (state().status === "starting") setState({ status: "signed_out" });
    return answer;
  };
  const refresh = async (): Promise<Result<Account, ApiError>> =>
    take(await api({ path: "/api/auth/me", reply: accountSchema }));
  const start = async (): Promise<void> => {
    const remembered = await memory.load();
    if (remembered !== null) setState({ status: "signed_in", account: remembered });
    if (remembered === null && !here()) setState({ status: "signed_out" });
    else await refresh();
  };
  const change: Session["change"] = async (changes) =>
    take(await api({ method: "PATCH", path: "/api/auth/me", body: changes, reply: accountSchema }));
  const signOut: Session["signOut"] = async (where) => {
    const user = me();
    const path = where === "here" ? "/api/auth/sign-out" : "/api/auth/sign-out-all";
    const answer = await api({ method: "POST", path });
    if (!answer.ok && answer.error.type !== "signed_out") return answer;
    if (user !== null) await left?.(user);
    refused("signed_out");
    return ok(undefined);
  };
  return {
    state,
    me,
    orgs,
    org: (id) => orgs().find((org) => org.id === id),
    start,
    refresh,
    change,
    signOut,
    refused,
  };
}

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
