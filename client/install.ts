// Owns the question how this browser installs Lumiso and whether that is offered now. Offered quietly, and never again once
// it was declined. Never opens the browser's dialog by itself.
import { createContext, createSignal, useContext } from "solid-js";
import type { Accessor } from "solid-js";

/**
 * How it goes here: `prompt` by the browser's own dialog (Chromium), `share` by the share menu (iPadOS, iOS), `installed`
 * when this is the installed app already, null where there is no way (Firefox on a computer).
 */
export type InstallWay = "prompt" | "share" | "installed" | null;

export type Install = {
  readonly way: Accessor<InstallWay>;
  /** True while the quiet offer stands. */
  readonly isOffered: Accessor<boolean>;
  /** Opens the browser's dialog, on a gesture of the member. */
  readonly accept: () => Promise<void>;
  /** Takes the offer away until the next start of the app. */
  readonly putOff: () => void;
  /** Declines: the offer never comes back by itself. */
  readonly decline: () => void;
};

/** The browser as far as installing goes. */
export type InstallPage = {
  /** True in the installed app. */
  readonly isInstalled: boolean;
  /** True on iPadOS and iOS, where only the share menu installs. */
  readonly isApple: boolean;
  readonly memory: { readonly read: () => string | null; readonly write: (value: string) => void };
  readonly listen: (name: string, hear: (event: Event) => void) => void;
};

/** Chromium's event; the standard libraries have no type for it. */
type InstallPrompt = Event & { readonly prompt: () => Promise<unknown> };

/** The offer comes at this start of the app: who comes back likes it. Units: starts. */
const OFFER_AT_START = 3;
const DECLINED = "declined";

/** Creates the way to install. Rule: PW9. */
export function createInstall({ isInstalled, isApple, memory, listen }: InstallPage): Install {
  const [prompt, setPrompt] = createSignal<InstallPrompt | null>(null);
  const [hasInstalled, setInstalled] = createSignal(isInstalled);
  const [isDeclined, setDeclined] = createSignal(memory.read() === DECLINED);
  const [isPutOff, setPutOff] = createSignal(false);
  const starts = isDeclined() ? 0 : Number(memory.read() ?? 0) + 1;
  if (!isDeclined() && starts <= OFFER_AT_START) memory.write(String(starts));
  listen("beforeinstallprompt", (event) => {
    // Hint: keeps the browser's own bar away; ours comes later and asks once.
    event.preventDefault();
    if (isPrompt(event)) setPrompt(() => event);
  });
  listen("appinstalled", () => setInstalled(true));
  const way = (): InstallWay => {
    if (hasInstalled()) return "installed";
    if (prompt() !== null) return "prompt";
    return isApple ? "share" : null;
  };
  const decline = (): void => {
    memory.write(DECLINED);
    setDeclined(true);
  };
  return {
    way,
    // Hint: on Apple's devices before anything is entered, because what is entered in Safari does not move along.
    isOffered: () =>
      !isDeclined() && !isPutOff() && (way() === "share" || (way() === "prompt" && starts >= OFFER_AT_START)),
    accept: async () => {
      const asked = prompt();
      setPrompt(null);
      decline();
      await asked?.prompt();
    },
    putOff: () => void setPutOff(true),
    decline,
  };
}

const isPrompt = (event: Event): event is InstallPrompt => "prompt" in event && typeof event.prompt === "function";

/** The browser this page is in. */
export function browserInstallPage(): InstallPage {
  const isStandalone = "standalone" in navigator && navigator.standalone === true;
  // Hint: an iPad calls itself a Mac; it alone of the two has a touch screen.
  const isMobileApple = /iPad|iPhone|iPod/.test(navigator.userAgent) || isTouchMac();
  return {
    isInstalled: isStandalone || matchMedia("(display-mode: standalone)").matches,
    isApple: isMobileApple && "standalone" in navigator,
    memory: { read: () => readMemory(), write: writeMemory },
    listen: (name, hear) => addEventListener(name, hear),
  };
}

const isTouchMac = (): boolean => navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1;

const KEY = "lumiso.install";

function readMemory(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Hint: with cookies blocked, touching localStorage throws; nothing is offered then.
    return DECLINED;
  }
}

function writeMemory(value: string): void {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // Hint: see `readMemory`.
  }
}

/** Carries the way to install to all components below. */
export const InstallContext = createContext<Install>();

/** The way to install. Throws: outside its provider. */
export function useInstall(): Install {
  const install = useContext(InstallContext);
  if (install === undefined) throw new Error("useInstall needs <InstallContext.Provider> above it (client/main.tsx)");
  return install;
}
