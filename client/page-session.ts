// Owns what a page makes of who is signed in: what the device remembers, what the server says, what other tabs tell.
// Never holds a secret, never opens a studio's data, and never wipes by itself (device.ts).
import { createSignal } from "solid-js";
import * as v from "valibot";
import type { EndReason } from "../shared/errors.ts";
import { ok } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";
import type { ApiError } from "./api.ts";
import { accountSchema } from "./session.ts";
import type { Account, Org, Remembered, Session, SessionParts, SessionState, User } from "./session.ts";

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
    if (remembered === null && (await leaving.isIntact())) return left();
    if (remembered !== null && remembered.user.id !== known.user.id) return lock();
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
  const arrive: Session["arrive"] = async () => {
    const answer = await ask(null);
    if (answer.ok) tabs.tell({ type: "signed_in", user: answer.value.user.id });
    return take(answer);
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
    else if (remembered === null && state().status === "signed_in")
      await ((await leaving.isIntact()) ? left() : refresh());
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
    arrive,
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
