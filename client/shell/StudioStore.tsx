// Owns what all screens of a studio stand on: its store on this device, its team, and the state of saving for the chip.
// Never shows anything itself.
import { createSignal, lazy, Show, Suspense, untrack } from "solid-js";
import type { JSX } from "solid-js";
import { roles } from "../../policy/roles.ts";
import { useDevice } from "../device.ts";
import { createMembers, MembersContext } from "../members.ts";
import type { Member } from "../members.ts";
import { useApi, useSession } from "../session.ts";
import type { Memory } from "../session.ts";
import { eraseStudio } from "../store/db.ts";
import type { StudioDb } from "../store/db.ts";
import { StatusesProvider } from "../statuses.tsx";
import { StoreProvider, useStore } from "../store/use.tsx";
import type { SyncActs } from "../ui/sync.ts";
import { SyncContext } from "./Shell.tsx";

const Refused = lazy(async () => ({ default: (await import("./Refused.tsx")).Refused }));

/** Opens a member's studio for all screens below. Another studio or member makes another one. */
export function StudioStore(props: { readonly org: string; readonly children: JSX.Element }): JSX.Element {
  const session = useSession();
  const device = useDevice();
  /** Hint: asked twice, by the feed and by the session, because what is wiped here is gone from this device. */
  const leave = async (user: string, org: string): Promise<void> => {
    const now = await session.refresh();
    if (now.ok && !now.value.orgs.some(({ id }) => id === org)) await eraseStudio({ user, org });
  };
  const choice = untrack(() => ({
    org: props.org,
    member: session.me()?.id ?? "",
    device: device.id,
    role: session.org(props.org)?.role ?? ("viewer" as const),
    refused: session.refused,
    expelled: () => void leave(session.me()?.id ?? "", props.org).catch(reportError),
    onFailure: (error: unknown) => reportError(error),
  }));
  return (
    <StoreProvider choice={choice}>
      <Around>{props.children}</Around>
    </StoreProvider>
  );
}

function Around(props: { readonly children: JSX.Element }): JSX.Element {
  const store = useStore();
  const api = useApi();
  const members = createMembers({ api, org: store.org, memory: memberMemory(store.db) });
  const [isShowing, setShowing] = createSignal(false);
  // Hint: getters, because an act that cannot help now is not offered.
  const acts: SyncActs = {
    get onRetry() {
      return store.status().kind === "saved" ? undefined : store.flush;
    },
    get onShowRefused() {
      return store.quarantine().length > 0 ? () => setShowing(true) : undefined;
    },
  };
  return (
    <SyncContext.Provider value={{ state: store.status, acts }}>
      <MembersContext.Provider value={members}>
        <StatusesProvider>{props.children}</StatusesProvider>
      </MembersContext.Provider>
      <Show when={isShowing()}>
        <Suspense>
          <Refused open onOpenChange={setShowing} />
        </Suspense>
      </Show>
    </SyncContext.Provider>
  );
}

/** The team is remembered where the store keeps it, so that names stand beside faces without a network. Addresses are not kept. */
const memberMemory = (db: StudioDb): Memory<readonly Member[]> => ({
  load: async () => {
    const rows = await db.members.toArray();
    const members = rows.flatMap((row) => {
      const role = roles.find((each) => each === row.role);
      return role === undefined ? [] : { ...row, role };
    });
    return members.length === 0 ? null : members;
  },
  save: async (members) => {
    const rows = members.map(({ userId, name, colour, role, active }) => ({ userId, name, colour, role, active }));
    await db.members.bulkPut(rows);
  },
  clear: () => db.members.clear(),
});
