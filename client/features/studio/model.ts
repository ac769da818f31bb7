// Owns what the settings stand on: the studio's document, who else is in it, and whether this member may change it.
import { createContext, useContext } from "solid-js";
import { docId } from "../../../shared/document.ts";
import { createFaces } from "../../store/use.tsx";
import { createStudio } from "../../studio.ts";
import type { Studio } from "../../studio.ts";
import type { Shared } from "../../ui/presence.ts";

/** The settings while they are shown. */
export type Settings = Shared & { readonly studio: Studio };

/** The id of the document that holds them. */
export const studioDoc = docId("studio");

/** Opens the settings; owned. Rule: ST1. */
export function createSettings(): Settings {
  const studio = createStudio();
  return {
    studio,
    mayWrite: () => studio.open()?.isReadOnly === false,
    faces: createFaces(studio.open),
    stand: (place) => studio.open()?.stand(place),
  };
}

/** Carries the settings to their sections. */
export const SettingsContext = createContext<Settings>();

/** The settings. Throws: outside their screen. */
export function useSettings(): Settings {
  const settings = useContext(SettingsContext);
  if (settings === undefined)
    throw new Error("useSettings needs <SettingsContext.Provider> above it (StudioProfile.tsx)");
  return settings;
}
