// Owns when documents are compacted: one tab and one document at a time, by a Web Lock. How, says write.ts.
import type { DocId } from "../../shared/document.ts";
import { lockName } from "./parts.ts";
import type { StoreParts } from "./parts.ts";
import { makeTask } from "./task.ts";
import { withRoom } from "./space.ts";
import { compact } from "./write.ts";

export type Compactor = {
  /** Asks for a document to be compacted soon. */
  readonly request: (doc: DocId) => void;
  readonly stop: () => Promise<void>;
};

/** How many rows of a document are too many. Start value of sync.md §1.4. */
export const MANY_ROWS = 100;

/** Makes the compactor of one tab. Rule: S29. */
export function makeCompactor(parts: StoreParts): Compactor {
  const waiting = new Set<DocId>();
  const compactOne = async (doc: DocId): Promise<void> => {
    // Hint: taken out first, so that what is asked for while it runs is done again.
    waiting.delete(doc);
    try {
      await withRoom(parts.db, () => compact(parts.db, doc));
    } catch (error) {
      waiting.add(doc);
      throw error;
    }
  };
  const task = makeTask(parts, async () => {
    await parts.locks(lockName(parts, "compact"), {}, async () => {
      for (const doc of waiting) await compactOne(doc);
    });
    return null;
  });
  return {
    request: (doc) => {
      waiting.add(doc);
      task.kick();
    },
    stop: task.stop,
  };
}
