// Owns the hold on a studio that is about to be left while changes are in the memory of this tab alone: it waits for the disk,
// and where the disk does not take them somebody decides. Never gives anything up by itself and never asks (LeaveUnstored.tsx).
import { useBeforeLeave } from "@solidjs/router";
import { createEffect, createSignal, untrack } from "solid-js";
import type { Accessor } from "solid-js";
import { useStore } from "../store/use.tsx";

/** A leaving that is held back. */
export type HeldBack = { readonly leave: () => void; readonly stay: () => void };

/** Holds back whoever leaves the studio with something unstored; not null while somebody must decide. Rule: ME11. */
export function useLeaveUnstored(): Accessor<HeldBack | null> {
  const store = useStore();
  const [go, setGo] = createSignal<(() => void) | null>(null);
  const isRefused = (): boolean => {
    const { kind, reason } = store.status();
    return kind === "not_saved" && (reason === "device" || reason === "full");
  };
  useBeforeLeave((event) => {
    if (event.defaultPrevented || isInside(store.org, event.to) || !untrack(store.isWriting)) return;
    event.preventDefault();
    setGo(() => () => event.retry(true));
  });
  const leave = (): void => {
    const leaving = untrack(go);
    setGo(null);
    leaving?.();
  };
  createEffect(() => {
    if (go() !== null && !store.isWriting()) leave();
  });
  return () => (go() !== null && isRefused() ? { leave, stay: () => void setGo(null) } : null);
}

/** Hint: on the way back or forward the address is the new one already. */
function isInside(org: string, to: string | number): boolean {
  const { pathname } = typeof to === "string" ? new URL(to, location.origin) : location;
  return pathname === `/o/${org}` || pathname.startsWith(`/o/${org}/`);
}
