// Owns whether this device reaches the server, and since when; decides speed and words only, never what is kept.
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import { MODEL_VERSION } from "../../shared/document.ts";
import { standingOf } from "../../shared/model.ts";
import type { ModelWindow, Standing } from "../../shared/model.ts";
import type { StoreParts } from "./parts.ts";

/** Why the server does not take anything from this page until a member does something. */
export type Blocked = "signed_out" | "other_member" | "email_unverified";

export type LinkState = "up" | "down" | "left";

export type Link = {
  readonly isOnline: Accessor<boolean>;
  /** Since when it is as it is. Units: ms since 1970. */
  readonly since: Accessor<number>;
  /** When the server last said something; null before the first time. Units: ms since 1970. */
  readonly lastContact: Accessor<number | null>;
  readonly blocked: Accessor<Blocked | null>;
  /** Where this bundle stands to the server's model window; nothing is sent while it may not write. Rule: RE15. */
  readonly standing: Accessor<Standing>;
  /** A socket opened, was lost, or was closed by us. */
  readonly socket: (id: string, state: LinkState) => void;
  /** An HTTP call was answered, or nobody answered. */
  readonly answered: () => void;
  readonly unanswered: () => void;
  /** The server told its model window. */
  readonly models: (window: ModelWindow) => void;
  readonly block: (why: Blocked | null) => void;
  /** The page says whether there is a network at all. */
  readonly page: (isOnline: boolean) => void;
};

export type LinkDeps = Pick<StoreParts, "clock" | "page"> & {
  /** No socket is open any more: whether the server is there is to be asked over HTTP. */
  readonly onDoubt: () => void;
};

/** Makes the knowledge of the link. A start counts as online until a call fails; a socket proves presence only. Rules: S50, RE35. */
export function createLink({ clock, page, onDoubt }: LinkDeps): Link {
  const open = new Set<string>();
  let hasFailed = false;
  let hasNetwork = page.isOnline();
  const [isOnline, setOnline] = createSignal(hasNetwork);
  const [since, setSince] = createSignal(clock());
  const [lastContact, setLastContact] = createSignal<number | null>(null);
  const [blocked, block] = createSignal<Blocked | null>(null);
  const [standing, setStanding] = createSignal<Standing>("current");

  const judge = (): void => {
    const now = hasNetwork && (open.size > 0 || !hasFailed);
    if (now === isOnline()) return;
    setSince(clock());
    setOnline(now);
  };
  const contact = (): void => {
    hasFailed = false;
    setLastContact(clock());
    judge();
  };
  return {
    isOnline,
    since,
    lastContact,
    blocked,
    standing,
    models: (window) => void setStanding(standingOf(MODEL_VERSION, window)),
    block: (why) => void block(() => why),
    socket: (id, state) => {
      if (state === "up") {
        open.add(id);
        return contact();
      }
      open.delete(id);
      judge();
      // Hint: where a proxy lets no socket through, the server is there all the same.
      if (state === "down" && open.size === 0) onDoubt();
    },
    answered: contact,
    unanswered: () => {
      hasFailed = true;
      judge();
    },
    page: (now) => {
      hasNetwork = now;
      // Hint: with the network back, the next attempt decides.
      if (now) hasFailed = false;
      judge();
    },
  };
}
