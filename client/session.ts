// Owns who is signed in on this page: the member, their studios, and what the device remembers of both.
// Never holds a secret: the session is an HttpOnly cookie. Never opens a studio's data (store/ does, per member).
import { createContext, createSignal, useContext } from "solid-js";
import type { Accessor } from "solid-js";
import * as v from "valibot";
import { roles } from "../policy/roles.ts";
import { ok } from "../shared/result.ts";
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

/** Creates the session of one page. Rules: UI4, ME1–ME8. */
export function createSession(parts: SessionParts): Session {
  const { api, memory, leaving, tabs, restart, heard, onFailure, here = () => true } = parts;
  const [state, setState] = createSignal<SessionState>({ status: "starting" });
  let owner: User | null = null;
  let isInDoubt = false;
  const account = (): Account | null => {
    const now = state();
    return now.status === "signed_in" ? now.account : null;
  };
  const orgs = (): readonly Org[] => account()?.orgs ?? [];

  const show = ({ ended, ...known }: Remembered): void => {
    owner = known.user;
    if (ended === undefined || ended === "expired")
      setState({ status: "signed_in", account: known, isExpired: ended === "expired" });
    else setState({ status: "locked", user: known.user, why: ended });
  };
  const signedOut = (): void => {
    owner = null;
    setState({ status: "signed_out" });
  };
  const left = (): void => {
    signedOut();
    restart();
  };
  const lock = (): void => {
    if (owner !== null) setState({ status: "other_member", user: owner });
  };
  const ended = async (why: EndReason): Promise<void> => {
    const known = account();
    isInDoubt = false;
    if (known === null) return owner === null ? signedOut() : undefined;
    // Hint: the device knows better who left it than a page that was not told; its memory is cleared before all else.
    const remembered = await memory.load();
    if (remembered === null) return left();
    if (remembered.user.id !== known.user.id) return lock();
    show({ ...known, ended: why });
    await memory.save({ ...known, ended: why });
  };
  /** Somebody heard that the session is no more; until the server has said why, nothing is taken away. */
  const doubt = (): void => {
    const known = account();
    if (known === null) return;
    isInDoubt = true;
    setState({ status: "signed_in", account: known, isExpired: true });
    void refresh();
  };
  const refused: Session["refused"] = (type, why) => {
    if (type === "other_member") lock();
    else if (why === undefined) doubt();
    else void ended(why).catch(onFailure);
  };
  const take = async (answer: Result<Account, ApiError>): Promise<Result<Account, ApiError>> => {
    if (answer.ok) {
      const isOther = owner !== null && owner.id !== answer.value.user.id;
      isInDoubt = false;
      await memory.save(answer.value);
      await leaving.settled();
      if (isOther) restart();
      else show(answer.value);
      if (!isOther) heard?.(answer.value).catch(onFailure);
    } else if (state().status === "starting") signedOut();
    return answer;
  };
  const ask = (as?: null): Promise<Result<Account, ApiError>> =>
    api({ path: "/api/auth/me", reply: accountSchema, ...(as === undefined ? {} : { as }) });
  const refresh = async (): Promise<Result<Account, ApiError>> => take(await ask());
  const signIn: Session["signIn"] = async (body) => {
    const answer = await api({ method: "POST", path: "/api/auth/sign-in", body, reply: signedInSchema, as: null });
    if (!answer.ok) return answer;
    tabs.tell({ type: "signed_in", user: answer.value.userId });
    return take(await ask(null));
  };
  /** Ends at the server what was left without a network; false while it cannot be reached. Rule: ME3. */
  const settle = async (): Promise<boolean> => {
    const owed = await leaving.owed();
    if (owed === null) return true;
    const answer = await api({ method: "POST", path: "/api/auth/sign-out", as: owed });
    const isEnded = answer.ok || answer.error.type === "signed_out" || answer.error.type === "other_member";
    if (isEnded) await leaving.settled();
    return isEnded;
  };
  const start = async (): Promise<void> => {
    if (!(await settle())) return signedOut();
    const remembered = await memory.load();
    if (remembered !== null) show(remembered);
    if (remembered === null && !here()) signedOut();
    else if (state().status !== "locked") await refresh();
  };
  const look = async (): Promise<void> => {
    if (owner === null) return void (await settle());
    const remembered = await memory.load();
    if (remembered !== null && remembered.user.id !== owner.id) lock();
    else if (remembered === null && state().status === "signed_in") left();
    else if (isInDoubt) await refresh();
  };
  const signOut: Session["signOut"] = async (where) => {
    const [user, before] = [owner?.id, state()];
    if (where === "everywhere") {
      const answer = await api({ method: "POST", path: "/api/auth/sign-out-all" });
      if (!answer.ok && answer.error.type !== "signed_out") return answer;
    }
    if (user === undefined) return ok(undefined);
    // Hint: the cookie of a locked page may be somebody else's, whose session is not for this member to end.
    const owes = where === "here" && before.status !== "other_member";
    setState({ status: "leaving" });
    await leaving.begin(user, { owes });
    tabs.tell({ type: "left", user });
    await settle();
    await leaving.finish().catch(onFailure);
    signedOut();
    return ok(undefined);
  };
  tabs.hear((news) => {
    if (news.type === "signed_in" && owner !== null && owner.id !== news.user) lock();
    else if (news.type === "signed_in" && needsSignIn(state())) void ask(null).then(take);
    else if (news.type === "left" && owner?.id === news.user) left();
  });
  return {
    state,
    me: () => account()?.user ?? null,
    orgs,
    org: (id) => orgs().find((org) => org.id === id),
    member: () => owner?.id ?? null,
    start,
    refresh,
    signIn,
    change: async (body) => take(await api({ method: "PATCH", path: "/api/auth/me", body, reply: accountSchema })),
    signOut,
    goOn: async () => {
      if ((await memory.load())?.user.id === owner?.id) await memory.clear();
      restart();
    },
    refused,
    tabs,
    look,
  };
}

const signedInSchema = v.object({ userId: v.string() });

const needsSignIn = (now: SessionState): boolean =>
  now.status !== "leaving" && now.status !== "starting" && (now.status !== "signed_in" || now.isExpired);

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
