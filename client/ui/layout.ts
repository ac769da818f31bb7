// Owns how much room the page has, as the interface tells sizes apart (reference: interface.md §3). Never draws.
import { createSignal, onCleanup } from "solid-js";
import type { Accessor } from "solid-js";

/** The three shapes of the shell: bottom bar, rail with words, navigation with words beside icons. */
export type Size = "phone" | "tablet" | "desktop";

/** The room of the page; `side` tells whether a record stands beside its list or over it. Units: see `queries`. */
export type Layout = {
  readonly size: Accessor<Size>;
  readonly side: Accessor<boolean>;
  readonly fine: Accessor<boolean>;
};

const queries = {
  desktop: "(min-width: 1100px)",
  tablet: "(min-width: 700px)",
  landscape: "(orientation: landscape)",
  fine: "(pointer: fine)",
} as const;

/** Creates the room of the page and follows every change of it. */
export function createLayout(): Layout {
  const desktop = createMedia(queries.desktop);
  const tablet = createMedia(queries.tablet);
  const landscape = createMedia(queries.landscape);
  const size = (): Size => (desktop() ? "desktop" : tablet() ? "tablet" : "phone");
  return { size, side: () => desktop() || (tablet() && landscape()), fine: createMedia(queries.fine) };
}

function createMedia(query: string): Accessor<boolean> {
  const media = matchMedia(query);
  const [matches, setMatches] = createSignal(media.matches);
  const follow = (): void => void setMatches(media.matches);
  media.addEventListener("change", follow);
  onCleanup(() => media.removeEventListener("change", follow));
  return matches;
}
