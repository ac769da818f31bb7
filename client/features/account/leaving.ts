// Owns what happens before a member leaves this device: everything of theirs that waits is sent, studio by studio, or told.
// Never signs out by itself and never shows anything (SignOut.tsx).
import type { Device } from "../../device.ts";
import type { Session } from "../../session.ts";
import { openStudioDb } from "../../store/db.ts";
import type { Waiting } from "../../store/holders.ts";
import { browserParts } from "../../store/parts.ts";
import { sendUnsent } from "../../store/send.ts";
import { makeStore } from "../../store/store.ts";

/** A studio in which something waits. Units: changes. */
export type LeftStudio = {
  readonly org: string;
  readonly name: string;
  readonly unsent: number;
  readonly refused: number;
};

/** How far the sending of one studio is. */
export type Sending = { readonly name: string; readonly done: number; readonly total: number };

export type LeavingDeps = {
  readonly session: Pick<Session, "member" | "org" | "refused">;
  readonly device: Pick<Device, "id" | "studios" | "holders">;
  readonly onFailure: (error: unknown) => void;
};

/** Sends what waits in all studios of the member, and answers with what is left. Rule: ME1. */
export async function sendAll(deps: LeavingDeps, hear: (sending: Sending) => void): Promise<LeftStudio[]> {
  const user = deps.session.member() ?? "";
  const left: LeftStudio[] = [];
  for (const held of await deps.device.studios(user)) {
    const name = await nameOf(deps, held.org);
    const total = held.unsent;
    const onWaiting = ({ unsent }: Waiting): void => hear({ name, done: Math.max(0, total - unsent), total });
    // Hint: only a member of the studio can send; what waits in another one is told.
    const mustSend = held.unsent + held.commands > 0 && deps.session.org(held.org) !== undefined;
    const waiting = mustSend ? await sendStudio(deps, held.org, onWaiting) : held;
    if (waiting.unsent + waiting.refused > 0) left.push({ org: held.org, name, ...waiting });
  }
  return left;
}

async function sendStudio(deps: LeavingDeps, org: string, hear: (waiting: Waiting) => void): Promise<Waiting> {
  const { session, device, onFailure } = deps;
  const member = session.member() ?? "";
  const role = session.org(org)?.role ?? "viewer";
  const db = openStudioDb({ user: member, org });
  const choice = { org, member, device: device.id, role, db, refused: session.refused, onFailure };
  const store = makeStore(browserParts(choice));
  try {
    return await sendUnsent(store, hear);
  } finally {
    await store.close();
  }
}

async function nameOf({ session, device }: LeavingDeps, org: string): Promise<string> {
  const known = session.org(org)?.name;
  if (known !== undefined) return known;
  const holders = await device.holders();
  const mine = holders.find(({ user }) => user === session.member())?.studios ?? [];
  return mine.find(({ id }) => id === org)?.name ?? "…";
}
