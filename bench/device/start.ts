// Owns cold starts: the browser has ended, the network is gone, the app is opened anew. Never fills a device.
import type { Start } from "./probe.ts";
import { heapOf, openDevice } from "./browser.ts";

export type StartOptions = { readonly profile: string; readonly address: string; readonly slow: number };

/** Starts the app on a filled device without a network and answers when the list stood and when it answered a click. */
export async function coldStart({ profile, address, slow }: StartOptions): Promise<Start & { readonly heap: number }> {
  const device = await openDevice({ profile, slow, clicks: true });
  try {
    await device.context.setOffline(true);
    await device.page.goto(address, { waitUntil: "commit" });
    const start = await device.page.evaluate(() => globalThis.probe.started);
    await device.page.locator("main h3").first().waitFor();
    return { ...start, heap: await heapOf(device) };
  } finally {
    await device.close();
  }
}
