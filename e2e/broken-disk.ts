// Owns disks that fail for the pictures: no browser lets its own be broken on purpose. Never part of the tests.
import type { Page } from "@playwright/test";

/** Keeps the disk from answering how many rows there are: the same is read again and again. Runs in a page. */
export function holdCounts(): void {
  Object.assign(IDBIndex.prototype, {
    count(this: IDBIndex) {
      const ask = (): void => this.getKey(0).addEventListener("success", ask);
      ask();
      // Hint: what is never answered needs no request.
      return {};
    },
  });
}

/** No browser lets its disk be broken on purpose; what it would say is said at the door to it. */
export async function breakDisk(page: Page, name: string): Promise<void> {
  await page.evaluate((why) => {
    IDBObjectStore.prototype.add = () => {
      throw new DOMException("broken", why);
    };
  }, name);
}
