// Owns the question who of the studio's people has a telephone number or an e-mail address already. Reads rows only.
import type { PersonRow } from "../../shared/projection.ts";
import type { StudioDb } from "./db.ts";

/** Numbers as `phoneKey` and addresses as `fold` of shared/turkish.ts give them. */
export type TwinQuery = { readonly phones: readonly string[]; readonly emails: readonly string[] };

/** The listed people with one of these numbers or addresses. Rule: IM5. */
export async function peopleLike(db: StudioDb, { phones, emails }: TwinQuery): Promise<PersonRow[]> {
  // Hint: an e-mail address is searched as one token, folded, because its column keeps it as it was written.
  const [byPhone, byEmail] = await Promise.all([
    phones.length === 0
      ? []
      : db.people
          .where("phoneKey")
          .anyOf([...phones])
          .toArray(),
    emails.length === 0
      ? []
      : db.people
          .where("tokens")
          .anyOf([...emails])
          .distinct()
          .toArray(),
  ]);
  const rows = new Map([...byPhone, ...byEmail].map((row) => [row.id, row]));
  return [...rows.values()].filter(({ listed }) => listed === 1);
}
