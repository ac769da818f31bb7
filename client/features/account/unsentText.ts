// Owns how what was not sent is read outside the app: studio, person, time, and each field in a line.
// Never opens a document.
import { contentOf } from "../../shell/refused.ts";
import { openStudioDb } from "../../store/db.ts";
import type { StudioDb } from "../../store/db.ts";
import type { LeftStudio } from "./leaving.ts";

/** What a member's studios on this device hold that no server has, as plain text. Rule: ME1. */
export async function unsentText(user: string, studios: readonly LeftStudio[]): Promise<string> {
  const parts: string[] = [];
  for (const { org, name } of studios) {
    const db = openStudioDb({ user, org });
    try {
      parts.push(`${name}\n${"=".repeat(name.length)}`, ...(await readStudio(db)));
    } finally {
      db.close();
    }
  }
  return `${parts.join("\n\n")}\n`;
}

async function readStudio(db: StudioDb): Promise<string[]> {
  const unsent = await db.updates.where("unsent").equals(1).toArray();
  const calls = unsent.flatMap(({ doc, at, made }) =>
    made !== undefined && "call" in made ? [{ doc, at: new Date(at).toISOString(), call: made.call }] : [],
  );
  const rows = [...calls, ...(await db.quarantine.toArray())];
  const people = await db.people.toArray();
  const nameOf = (doc: string): string => people.find(({ id }) => id === doc.split("/")[1])?.name ?? "";
  return rows.flatMap((row) => {
    const content = contentOf(row);
    return content === "" ? [] : [`${nameOf(row.doc)} · ${row.at}\n${content}`.trim()];
  });
}
