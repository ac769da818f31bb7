// Owns the files that another app or the system gave to Lumiso: taken once by the import screen, then gone from the device.
// Never sends or parses one. They were put there by the service worker (public/share-target.js), under the same names.

const CACHE = "lumiso-shared";

/** A share that nobody came for is not kept longer. Units: ms. */
const KEEP_MS = 3_600_000;

/** Takes the files that wait, the first first; they are gone from the device afterwards. Rule: PW8. */
export async function takeShared(now: number): Promise<File[]> {
  if (!(await caches.has(CACHE))) return [];
  const cache = await caches.open(CACHE);
  const files: File[] = [];
  for (const request of await cache.keys()) {
    const kept = await cache.match(request);
    if (kept !== undefined && now - Number(kept.headers.get("X-At")) < KEEP_MS) files.push(await toFile(kept));
  }
  await dropShared();
  return files;
}

/** Removes what waits, as when a member leaves the device. */
export const dropShared = async (): Promise<void> => void (await caches.delete(CACHE));

async function toFile(kept: Response): Promise<File> {
  const name = decodeURIComponent(kept.headers.get("X-Name") ?? "");
  return new File([await kept.blob()], name);
}

/** What a browser gives to a page that was opened with files. Source: the Web App Launch Handler API. */
type LaunchQueue = {
  readonly setConsumer: (take: (launch: { readonly files?: readonly FileSystemFileHandle[] }) => void) => void;
};

/** Hears of files that the system opens with Lumiso, also of those it was started with. Does nothing elsewhere. Rule: PW8. */
export function hearOpened(take: (files: readonly File[]) => void): void {
  // Hint: only Chromium has it, and the standard libraries have no type for it.
  const { launchQueue } = globalThis as { readonly launchQueue?: LaunchQueue };
  launchQueue?.setConsumer(({ files = [] }) => {
    void Promise.all(files.map((handle) => handle.getFile())).then(
      (read) => read.length > 0 && take(read),
      reportError,
    );
  });
}
