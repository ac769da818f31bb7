// Owns wiping the studios that a member no longer belongs to from this device, once the session and the feed have both said so.
// Never wipes on one word alone: what is wiped here is gone from this device, unsent changes included.
import type { Api } from "./api.ts";
import type { Device } from "./device.ts";
import type { Account } from "./session.ts";

/** Wipes what the session no longer lists and the feed no longer gives. Rules: ME9, S56. */
export async function sweep(
  { api, device }: { readonly api: Api; readonly device: Pick<Device, "studios" | "wipe"> },
  { user, orgs }: Account,
): Promise<void> {
  const held = await device.studios(user.id);
  for (const { org } of held.filter((studio) => !orgs.some(({ id }) => id === studio.org))) {
    const answer = await api({ path: `/api/orgs/${org}/changes?doc=studio` });
    if (!answer.ok && answer.error.type === "not_found") await device.wipe({ user: user.id, org });
  }
}
