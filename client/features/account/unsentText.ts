// Owns what a member's studios on this device hold that no server has, as one text: studio, person, what was done, each value.
// Never opens a room and never sends.
import { openStudioDb } from "../../store/db.ts";
import { readUnsaved } from "../../store/unsaved.ts";
import { useLookups, useWriteUnsaved } from "../../unsaved.ts";
import type { LeftStudio } from "./leaving.ts";

/** Makes the reader, in the chosen language. Rule: ME1. */
export function useUnsentText(): (user: string, studios: readonly LeftStudio[]) => Promise<string> {
  const write = useWriteUnsaved();
  const lookups = useLookups();
  return async (user, studios) => {
    const parts: string[] = [];
    for (const { org, name } of studios) {
      const db = openStudioDb({ user, org });
      try {
        const read = await readUnsaved(db);
        parts.push(
          `${name}\n${"=".repeat(name.length)}`,
          write(read.changes, { names: read.names, look: lookups(read) }),
        );
      } finally {
        db.close();
      }
    }
    return parts.join("\n\n");
  };
}
