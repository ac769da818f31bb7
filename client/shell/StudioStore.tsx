// Owns what all screens of a studio stand on: its store on this device, its team, and the state of saving for the chip.
// Never shows anything itself but windows and notices that belong to no screen.
import { useNavigate } from "@solidjs/router";
import { createEffect, createSignal, lazy, on, onCleanup, Show, Suspense, untrack } from "solid-js";
import type { JSX } from "solid-js";
import { useDevice } from "../device.ts";
import { useHold } from "../holds.ts";
import { createMembers, MembersContext } from "../members.ts";
import { useUpdate } from "../pwa.ts";
import { useApi, useSession } from "../session.ts";
import { StatusesProvider } from "../statuses.tsx";
import { StoreProvider, useStore } from "../store/use.tsx";
import type { ExportWay, SyncActs } from "../ui/sync.ts";
import { useToasts } from "../ui/toasts.ts";
import { useLeaveUnstored } from "./leaveUnstored.ts";
import { useTakeOut } from "./takeOut.ts";
import { SyncContext } from "./Shell.tsx";
import { SignInAgain } from "./SignInAgain.tsx";
import { createStorage } from "./storage.ts";
import type { Carried } from "./storage.ts";

const loadLeave = async () => ({ default: (await import("./LeaveUnstored.tsx")).LeaveUnstored });
const LeaveUnstored = lazy(loadLeave);
const StorageNotice = lazy(async () => ({ default: (await import("./StorageNotice.tsx")).StorageNotice }));

/** Opens a member's studio for all screens below. Another studio or member makes another one. */
export function StudioStore(props: { readonly org: string; readonly children: JSX.Element }): JSX.Element {
  const session = useSession();
  const device = useDevice();
  const choice = untrack(() => ({
    org: props.org,
    member: session.me()?.id ?? "",
    device: device.id,
    role: session.org(props.org)?.role ?? ("viewer" as const),
    refused: session.refused,
    // Hint: the session's own word is asked for; who gets both is swept (client/sweep.ts).
    expelled: () => void session.refresh(),
    onFailure: (error: unknown) => reportError(error),
  }));
  // Hint: another value opens the studio anew, on a new database.
  const [carried, carry] = createSignal<Carried>({ rescued: 0 });
  return (
    <Show when={carried()} keyed>
      {(now) => (
        <StoreProvider choice={choice}>
          <Around carried={now} renew={carry}>
            {props.children}
          </Around>
        </StoreProvider>
      )}
    </Show>
  );
}

type AroundProps = {
  readonly carried: Carried;
  readonly renew: (carried: Carried) => void;
  readonly children: JSX.Element;
};

function Around(props: AroundProps): JSX.Element {
  const store = useStore();
  const storage = untrack(() => createStorage(props.carried, props.renew));
  const api = useApi();
  const keep = (rows: Parameters<typeof store.db.members.bulkPut>[0]) => store.db.members.bulkPut(rows);
  const members = createMembers({ api, org: store.org, kept: store.members, keep });
  const [isSigningIn, setSigningIn] = createSignal(false);
  const signIn = (): void => void setSigningIn(true);
  useUndoBars();
  useWiped();
  useUpdating();
  const takeOut = useTakeOut();
  const leaving = useLeaveUnstored();
  // Hint: loaded before it is asked for, because a disk that fails may give nothing later.
  createEffect(
    () => store.isWriting() && store.status().kind === "not_saved" && void loadLeave().catch(() => undefined),
  );
  const isExpired = useExpiry();
  // Hint: getters, because an act that cannot help now is not offered.
  const acts: SyncActs = {
    get onRetry() {
      const { kind, reason } = store.status();
      // Hint: beside what was refused, trying again would be taken for that; its own place offers it.
      const isOfNoUse = kind === "saved" || kind === "opening" || kind === "refused" || reason === "stopped";
      return isOfNoUse || isExpired() ? undefined : store.flush;
    },
    get onSignIn() {
      return isExpired() ? signIn : undefined;
    },
    get onReload() {
      const { reason } = store.status();
      return reason === "stopped" || reason === "outdated" ? () => location.reload() : undefined;
    },
    get onExport() {
      const { kind, waiting } = store.status();
      return kind === "not_saved" || waiting > 0 ? (way: ExportWay) => void takeOut(way) : undefined;
    },
  };
  return (
    <SyncContext.Provider value={{ state: store.status, acts }}>
      <MembersContext.Provider value={members}>
        <Show when={isExpired() && isSigningIn()}>
          <SignInAgain onOpenChange={setSigningIn} />
        </Show>
        <Show when={leaving()}>
          {(held) => (
            <Suspense>
              <LeaveUnstored held={held()} onExport={(way) => void takeOut(way)} />
            </Suspense>
          )}
        </Show>
        {/* Hint: the bar takes room of its own, so that it covers neither a name nor a button. */}
        <div class="flex h-[var(--room,100dvh)] flex-col">
          <Show when={storage.news()}>
            {(news) => (
              <Suspense>
                <StorageNotice storage={storage} news={news()} />
              </Suspense>
            )}
          </Show>
          <div class="min-h-0 flex-1">
            <StatusesProvider>{props.children}</StatusesProvider>
          </div>
        </div>
      </MembersContext.Provider>
    </SyncContext.Provider>
  );
}

/** What was done in a studio is undone there alone: its undo bars go with it. */
function useUndoBars(): void {
  const toasts = useToasts();
  onCleanup(() => {
    for (const { id, undo } of untrack(toasts.list)) if (undo !== undefined) toasts.close(id);
  });
}

/** An update waits for what is not on the disk yet, and is asked for when the server no longer takes what this version writes. Rules: PW3, PW6. */
function useUpdating(): void {
  const store = useStore();
  const update = useUpdate();
  useHold(() => (store.isWriting() ? "disk" : null));
  createEffect(() => update?.setOutdated(store.standing() === "outdated"));
  onCleanup(() => update?.setOutdated(false));
}

/** Whether the session has run out; when somebody signed in again, the store goes on. Rule: ME8. */
function useExpiry(): () => boolean {
  const session = useSession();
  const store = useStore();
  const isExpired = (): boolean => {
    const now = session.state();
    return now.status === "signed_in" && now.isExpired;
  };
  createEffect(on(isExpired, (expired, before) => void (before === true && !expired && store.resume())));
  return isExpired;
}

/** A studio that another tab takes off this device is left, or this tab would fill it again. Rule: ME5. */
function useWiped(): void {
  const store = useStore();
  const session = useSession();
  const navigate = useNavigate();
  const stop = session.tabs.hear((news) => {
    if (news.type !== "wiped" || news.user !== store.member || news.org !== store.org) return;
    const other = session.orgs().find(({ id }) => id !== store.org);
    navigate(other === undefined ? "/" : `/o/${other.id}`);
  });
  onCleanup(stop);
}
