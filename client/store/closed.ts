// Owns what a close code means for a document on this device. Source: sync.md §4.3.
// Never closes anything itself: the server has.
import type { Held } from "./slot.ts";
import { follow } from "./follow.ts";
import { eraseDocument } from "./erase.ts";
import type { StoreParts } from "./parts.ts";
import type { Closed } from "./room.ts";

/** What the feed says of one document: the server shows it, or does not; or nobody answered. */
export type Asked = "shown" | "not_shown" | "unanswered";

export type ClosedDeps = {
  readonly parts: StoreParts;
  readonly onSignedOut: (type: "signed_out" | "other_member") => void;
  readonly ask: (held: Held) => Promise<Asked>;
  readonly flush: () => void;
};

/** How long to wait at least where the server says too fast. Units: ms. */
const WAIT_MS = 5000;

/** How long until a server is asked again whether it takes what this bundle writes. Units: ms. */
const MODEL_WAIT_MS = 30_000;

/** Takes the end of a connection. Rules: S32, RE10. */
export function takeClosed(deps: ClosedDeps, held: Held, { code, reason, notice }: Closed): void {
  const { parts } = deps;
  const run = (work: Promise<unknown>): void => void work.catch(parts.onFailure);
  // Hint: after a pause that grows, because the same may happen again.
  const again = (): void => held.room()?.retry();
  if (code === 4409) run(askAboutModel(deps, held, again));
  else if (code === 4401) deps.onSignedOut(reason === "other_member" ? reason : "signed_out");
  else if (code === 4410) run(erase(parts, held));
  else if (code === 4422)
    run(parts.db.refused.put({ doc: held.id, reason: notice?.reason ?? reason, at: parts.clock() }));
  else if (code === 1009) reconnectWhenSent(deps, held, again);
  else if (code === 4403) run(askAndReturn(deps, held, again));
  else held.room()?.retry(WAIT_MS);
}

async function erase({ db, uuid, clock }: StoreParts, held: Held): Promise<void> {
  await eraseDocument(db, held.id, { id: uuid(), now: clock() });
}

/**
 * Rights changed, or ended: the feed says which; a document that is still ours is joined again with them. Where nobody answered
 * it is joined again too: the server ends it once more, which asks once more.
 */
async function askAndReturn({ ask }: ClosedDeps, held: Held, again: () => void): Promise<void> {
  const asked = await ask(held);
  if (asked !== "not_shown" && held.gone() === null) again();
}

/**
 * This bundle may not write here now: what others write comes by the feed. The feed's answer also tells the model window,
 * in a tab that does not replicate too; after a while both are asked again. Rule: RE15.
 */
async function askAboutModel({ ask, parts }: ClosedDeps, held: Held, again: () => void): Promise<void> {
  await ask(held);
  parts.later(() => void ask(held).then(again).catch(parts.onFailure), MODEL_WAIT_MS);
}

/** The frame was too large for a socket: it goes over HTTP in pieces, and then the room has nothing large to send. */
function reconnectWhenSent({ parts, flush }: ClosedDeps, held: Held, again: () => void): void {
  const countUnsent = () => parts.db.updates.where("[doc+unsent]").equals([held.id, 1]).count();
  const hear = (count: number): void => {
    if (count > 0) return;
    stop();
    again();
  };
  const stop = follow(parts.db, countUnsent, { next: hear, error: parts.onFailure });
  flush();
}
