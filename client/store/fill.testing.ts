// Owns what the tests of filling a device stand on: a studio full of people, devices whose page starts workers, a feed that can be changed.
// Never part of the product.
import { readFeedPage, writeFeedPage } from "../../shared/protocol.ts";
import type { FeedEntry } from "../../shared/protocol.ts";
import { readCursor } from "./cursor.ts";
import { makeNetwork } from "./network.testing.ts";
import type { Network } from "./network.testing.ts";
import { closeTab, fast, makeDisk, newPerson, openTab, until } from "./testing.ts";
import type { Disk, Tab, TabOptions, Who } from "./testing.ts";
import { makeWorkers } from "./worker.testing.ts";
import type { Workers } from "./worker.testing.ts";

/** Puts people on the server; answers with their subjects. */
export async function seedPeople(who: Who, count: number): Promise<string[]> {
  const tab = openTab(who, { parts: fast(10) });
  const people = Array.from({ length: count }, (_, n) => newPerson(`Kişi ${n}`));
  for (let from = 0; from < count; from += 40) {
    await tab.store.actBatch(people.slice(from, from + 40).map(({ calls }) => calls));
    await until(async () => (await tab.db.updates.where("unsent").equals(1).count()) === 0);
  }
  await closeTab(tab);
  return people.map(({ subject }) => subject);
}

/** A page with its disk, its network and its workers. */
export type Device = { readonly tab: Tab; readonly disk: Disk; readonly network: Network; readonly workers: Workers };

/** Opens a device of a member whose page starts workers. */
export function openDevice(who: Who, options: TabOptions = {}): Device {
  const { disk = makeDisk(), network = makeNetwork() } = options;
  const workers = makeWorkers(disk, who, network);
  const parts = { ...fast(10), startWorker: workers.start, ...options.parts };
  return { tab: openTab(who, { ...options, disk, network, parts }), disk, network, workers };
}

/** Tells whether a device has all there is. */
export const isFilled = async ({ db }: Tab): Promise<boolean> => (await readCursor(db))?.before === null;
/** Changes the entries of every page on its way. */
export function rewritePages(network: Network, rewrite: (entries: FeedEntry[]) => FeedEntry[]): void {
  network.intercept = async (path, go) => {
    const response = await go();
    if (!path.includes("/changes") || !response.ok) return response;
    const headers = new Headers(response.headers);
    headers.delete("content-encoding");
    const entries = readFeedPage(new Uint8Array(await response.arrayBuffer()));
    // Hint: our own bytes, whose type names the wider kind.
    return new Response(writeFeedPage(rewrite(entries)) as Uint8Array<ArrayBuffer>, { headers });
  };
}
