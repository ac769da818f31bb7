// Owns what this browser remembers about how the page looks: language before sign-in, theme, folded navigation.
// Never holds personal data or anything that another member of this device may not see.
import { createContext, createSignal, useContext } from "solid-js";
import type { Accessor } from "solid-js";
import type { Locale } from "../shared/studio.ts";
import { isLocale } from "./i18n/i18n.ts";

/** How light the page is: as the operating system says, or chosen here. */
export const themes = ["system", "light", "dark"] as const;

export type Theme = (typeof themes)[number];

const isTheme = (text: unknown): text is Theme => (themes as readonly unknown[]).includes(text);

/** What is remembered, each under its own key. Shape: localStorage `lumiso.<name>`; `theme` is also read by public/theme.js. */
export type Preferences = {
  readonly locale: () => Locale;
  readonly keepLocale: (locale: Locale) => void;
  readonly theme: Accessor<Theme>;
  readonly setTheme: (theme: Theme) => void;
  readonly folded: Accessor<boolean>;
  readonly setFolded: (folded: boolean) => void;
};

/** Creates the preferences of this browser. */
export function createPreferences(): Preferences {
  const kept = read("theme");
  const [theme, setThemeSignal] = createSignal<Theme>(isTheme(kept) ? kept : "system");
  const [folded, setFoldedSignal] = createSignal(read("folded") === "1");
  showTheme(theme());
  return {
    locale: () => {
      const locale = read("locale");
      return isLocale(locale) ? locale : "tr";
    },
    keepLocale: (locale) => write("locale", locale),
    theme,
    setTheme: (next) => {
      setThemeSignal(next);
      showTheme(next);
      write("theme", next);
    },
    folded,
    setFolded: (next) => {
      setFoldedSignal(next);
      write("folded", next ? "1" : "0");
    },
  };
}

// Hint: the colours of the browser's own frame; they are those of `--canvas` in ui/tokens.css.
const frames = { light: "#f6f8f7", dark: "#101716" } as const;

function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    const own = meta.media.includes("dark") ? "dark" : "light";
    meta.content = frames[theme === "system" ? own : theme];
  }
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`lumiso.${name}`);
  } catch {
    // Hint: with cookies blocked, touching localStorage throws; the page then looks as it does on a first visit.
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`lumiso.${name}`, value);
  } catch {
    // Hint: see `read`; a full or blocked storage costs only this preference.
  }
}

/** Carries the preferences to all components below. */
export const PreferencesContext = createContext<Preferences>();

/** The preferences of this browser. Throws: outside their provider. */
export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext);
  if (preferences === undefined)
    throw new Error("usePreferences needs <PreferencesContext.Provider> above it (client/main.tsx)");
  return preferences;
}
