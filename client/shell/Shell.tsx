// Owns the frame around every screen of a studio: the way between places, and room for one screen.
// Never knows a screen; each brings its own header (Screen.tsx).
import { createContext, Match, Switch, useContext } from "solid-js";
import type { Accessor, JSX } from "solid-js";
import type { SyncState } from "../saving.ts";
import { useText } from "../i18n/i18n.ts";
import type { Org } from "../session.ts";
import { createLayout } from "../ui/layout.ts";
import type { Layout } from "../ui/layout.ts";
import type { SyncActs } from "../ui/sync.ts";
import { BottomBar, Rail, SideNav } from "./Nav.tsx";
import { Guarded } from "./Stopped.tsx";
import { shellText } from "./text.ts";

/** What every screen of a studio finds around it. */
export type ShellParts = { readonly org: Accessor<Org>; readonly layout: Layout };

const ShellContext = createContext<ShellParts>();

/** The studio and the room of the page. Throws: outside the shell. */
export function useShell(): ShellParts {
  const shell = useContext(ShellContext);
  if (shell === undefined) throw new Error("useShell needs <Shell> above it (client/shell/Shell.tsx)");
  return shell;
}

/** Where the sync chip reads its state; the store provides it around the shell. Without it there is no chip. */
export type SyncSource = { readonly state: Accessor<SyncState>; readonly acts?: SyncActs };

/** Carries the state of saving to the header of every screen. */
export const SyncContext = createContext<SyncSource>();

/** The frame of a studio. Rule: UI14. Source: interface.md §3. */
export function Shell(props: { readonly org: Org; readonly children: JSX.Element }): JSX.Element {
  const t = useText(shellText);
  const layout = createLayout();
  return (
    <ShellContext.Provider value={{ org: () => props.org, layout }}>
      <a
        href="#content"
        class="fixed top-2 left-2 z-60 -translate-y-20 rounded-control bg-raised px-3 py-2 shadow-float focus:translate-y-0"
      >
        {t("skip")}
      </a>
      <div class="flex h-full max-tablet:flex-col-reverse">
        <Switch>
          <Match when={layout.size() === "desktop"}>
            <SideNav org={props.org} />
          </Match>
          <Match when={layout.size() === "tablet"}>
            <Rail org={props.org} />
          </Match>
          <Match when={layout.size() === "phone"}>
            <BottomBar org={props.org} />
          </Match>
        </Switch>
        <div class="flex min-h-0 min-w-0 flex-1 flex-col">
          <Guarded>{props.children}</Guarded>
        </div>
      </div>
    </ShellContext.Provider>
  );
}
