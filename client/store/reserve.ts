// Owns some space kept for the day on which the device is full: browsers count what was deleted from a database only when they tidy it
// up (measured with Chromium), but a file of the cache at once. Given up, it lets the marks of evicted documents and the next edits through.
// Holds no data of anybody.

const CACHE = "lumiso-reserve";

/** Units: bytes. */
const BYTES = 1024 * 1024;

/** Makes the reserve unless it is there. Fails: silently; a browser without a cache has none. Rule: S67. */
export async function keepReserve(): Promise<void> {
  if (typeof caches === "undefined") return;
  try {
    if (await caches.has(CACHE)) return;
    const cache = await caches.open(CACHE);
    await cache.put("/reserve", new Response(new Uint8Array(BYTES)));
  } catch {
    // Hint: already full, or not allowed; there is no reserve then, and the state of saving says what is not written.
  }
}

/** Gives the reserve up; false when there was none. */
export async function dropReserve(): Promise<boolean> {
  if (typeof caches === "undefined") return false;
  try {
    return await caches.delete(CACHE);
  } catch {
    // Hint: as if there were none.
    return false;
  }
}
