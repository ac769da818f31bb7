// Owns the statuses of people as screens show them: word, colour, order. Shows the seeded ones until the studio's are read.
// Without yjs, because the list of people stands in the first chunk; the studio's own document is read by studio.ts, loaded after it.
import { createContext, createEffect, createSignal, getOwner, on, onCleanup, runWithOwner, useContext } from "solid-js";
import type { Accessor, JSX } from "solid-js";
import { useText } from "./i18n/i18n.ts";
import { isKeyOf, personWords, seededStatusKeys } from "./i18n/people.ts";
import { useStore } from "./store/use.tsx";

/** A status as it is stored; a seeded one has a key instead of a label. */
export type StudioStatus = {
  readonly id: string;
  readonly key?: string | undefined;
  readonly label?: string | undefined;
  readonly color: string;
  readonly isInitial: boolean;
  readonly lifecycle: "active" | "completed" | "cancelled";
};

/** A status as it is shown. Units: colour `#rrggbb`. */
export type StatusLook = { readonly id: string; readonly label: string; readonly colour: string };

const seeded = (key: string, color: string, lifecycle: StudioStatus["lifecycle"] = "active"): StudioStatus => ({
  id: key,
  key,
  color,
  lifecycle,
  isInitial: key === "new",
});

/** What a new studio has. Hint: a test holds it against what the server seeds. */
export const seededStatuses: readonly StudioStatus[] = [
  seeded("new", "#4B5563"),
  seeded("qualified", "#FACC15"),
  seeded("proposal", "#3B82F6"),
  seeded("negotiation", "#A855F7"),
  seeded("won", "#22C55E", "completed"),
  seeded("lost", "#DC2626", "cancelled"),
];

const StatusesContext = createContext<Accessor<readonly StudioStatus[]>>();

/** Carries the studio's statuses to all screens; the document is read once the first screen stands. Rule: PE11. */
export function StatusesProvider(props: { readonly children: JSX.Element }): JSX.Element {
  const [statuses, setStatuses] = createSignal(seededStatuses);
  const { started } = useStore();
  const owner = getOwner();
  let isLeft = false;
  onCleanup(() => (isLeft = true));
  const watch = async (): Promise<void> => {
    const { watchStatuses } = await import("./studio.ts");
    if (!isLeft) runWithOwner(owner, () => watchStatuses(setStatuses));
  };
  createEffect(on(started, (isStarted) => isStarted && void watch()));
  return <StatusesContext.Provider value={statuses}>{props.children}</StatusesContext.Provider>;
}

function useStored(): Accessor<readonly StudioStatus[]> {
  const statuses = useContext(StatusesContext);
  if (statuses === undefined)
    throw new Error("useStatuses needs <StatusesProvider> above it (client/shell/Studio.tsx)");
  return statuses;
}

const GREY = "#9DADA9";

/** The statuses in the order of the studio, worded. */
export function useStatuses(): Accessor<readonly StatusLook[]> {
  const stored = useStored();
  const look = useWording();
  return () => stored().map(look);
}

/** Words one status by its id; one that the studio no longer has is named as such. */
export function useStatusLook(): (id: string) => StatusLook {
  const stored = useStored();
  const word = useText(personWords);
  const look = useWording();
  return (id) => {
    const status = stored().find((each) => each.id === id) ?? seededStatuses.find((each) => each.id === id);
    return status === undefined ? { id, label: word("status.unknown"), colour: GREY } : look(status);
  };
}

function useWording(): (status: StudioStatus) => StatusLook {
  const word = useText(personWords);
  return ({ id, key, label, color }) => {
    const own = label ?? (isKeyOf(seededStatusKeys, key) ? word(`status.${key}`) : undefined);
    return { id, label: own ?? word("status.unknown"), colour: color };
  };
}

/** The id of the status that new people start with. */
export function useInitialStatus(): Accessor<string> {
  const stored = useStored();
  return () => (stored().find(({ isInitial }) => isInitial) ?? stored()[0])?.id ?? "new";
}
