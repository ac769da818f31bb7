// Owns the worker that applies large pages of the feed, so that the screen stays alive while a device fills itself.
// Never asks the network and never decides anything: the page says what to apply.
import { openStudioDb } from "./db.ts";
import type { StudioDb } from "./db.ts";
import { applyPage } from "./page.ts";
import type { PageReply, PageRequest } from "./pages.ts";

let db: StudioDb | null = null;

addEventListener("message", (event: MessageEvent<PageRequest>) => {
  const { id, user, org, work } = event.data;
  const answer = async (): Promise<void> => {
    db ??= openStudioDb({ user, org });
    await applyPage(db, work);
    const reply: PageReply = { id, error: null };
    postMessage(reply);
  };
  answer().catch((error: unknown) => {
    const reply: PageReply = { id, error: error instanceof Error ? error.name : "unknown" };
    postMessage(reply);
  });
});
