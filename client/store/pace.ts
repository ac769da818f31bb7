// Owns how often the feed is asked where nothing says that there is something to pull: a nudge may be lost, and where sockets are
// blocked there is none. Never asks.
import type { StoreParts } from "./parts.ts";

/** What the pace depends on. Units: `activeAt` in ms by the steady clock. */
export type Scene = {
  /** True while the server says by itself that there is something to pull. */
  readonly isNudged: boolean;
  readonly isVisible: boolean;
  /** True while a document is open that a colleague may be editing. */
  readonly isOnScreen: boolean;
  /** When something was last sent or taken. */
  readonly activeAt: number;
};

/** Units: ms. Rule: RE34. */
const PACES = { quiet: 60_000, idle: 15_000, busy: 3000 } as const;

/** After so long without anything sent or taken a device is idle. Units: ms. */
const ACTIVE_FOR_MS = 60_000;

/** How long until the feed is asked again, spread by chance. Units: ms. Rules: RE5, RE34. */
export function paceOf(scene: Scene, { steady, random }: Pick<StoreParts, "steady" | "random">): number {
  const isActive = scene.isOnScreen || steady() - scene.activeAt < ACTIVE_FOR_MS;
  const isPolling = !scene.isNudged && scene.isVisible;
  const pace = isPolling ? (isActive ? PACES.busy : PACES.idle) : PACES.quiet;
  return pace * (0.8 + 0.4 * random());
}
