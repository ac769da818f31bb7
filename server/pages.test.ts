// What a browser may keep of the client, and what is still there after a deployment.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeptAssets, KEEP_MS } from "./kept-assets.ts";
import { createPageRoutes } from "./pages.ts";
import { startTestServer } from "./testing.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lumiso-pages-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pagesFolder = (): string => join(folder, "dist");

/** Replaces the client, as a build does: the page, the worker and one hashed file. */
function build(hashed: string): void {
  rmSync(pagesFolder(), { recursive: true, force: true });
  mkdirSync(join(pagesFolder(), "assets"), { recursive: true });
  writeFileSync(join(pagesFolder(), "index.html"), "<!doctype html><title>Lumiso</title>");
  writeFileSync(join(pagesFolder(), "sw.js"), "// worker");
  writeFileSync(join(pagesFolder(), "manifest.tr.webmanifest"), "{}");
  writeFileSync(join(pagesFolder(), "assets", hashed), `// ${hashed}`);
}

describe("pages", () => {
  it("[ED13] the page, the worker and the manifests are asked for anew; hashed files are kept", async () => {
    build("old-1.js");
    const server = await startTestServer({ pages: pagesFolder() });
    const cached = async (path: string) => (await fetch(server.url + path)).headers.get("cache-control");
    for (const path of ["/", "/index.html", "/o/somewhere/people", "/sw.js", "/manifest.tr.webmanifest"])
      expect(await cached(path)).toBe("no-cache");
    expect(await cached("/assets/old-1.js")).toBe("public, max-age=31536000, immutable");
    await server.close();
  });

  it("[ED14] a file that is not there is not the page, and nothing outside the folders is served", async () => {
    build("old-1.js");
    const server = await startTestServer({ pages: pagesFolder() });
    for (const path of ["/assets/new-9.js", "/icons/none.png", "/assets/..%2f..%2fmain.db", "/main.db"]) {
      const answer = await fetch(server.url + path);
      expect([path, answer.status, answer.headers.get("cache-control")]).toEqual([path, 404, "no-cache"]);
    }
    await server.close();
  });

  it("[ED15] a lazy part of an old bundle is served after a deployment", async () => {
    build("old-1.js");
    const dataDir = join(folder, "server");
    const first = await startTestServer({ pages: pagesFolder(), dataDir });
    await first.close();
    build("new-2.js");
    const second = await startTestServer({ pages: pagesFolder(), dataDir });
    const old = await fetch(`${second.url}/assets/old-1.js`);
    expect([old.status, await old.text(), old.headers.get("content-type")]).toEqual([
      200,
      "// old-1.js",
      "text/javascript; charset=utf-8",
    ]);
    expect(old.headers.get("cache-control")).toContain("immutable");
    expect((await fetch(`${second.url}/assets/new-2.js`)).status).toBe(200);
    await second.close();
  });

  it("[ED15] an old file goes 30 days after it was last part of the client, not after it was built", async () => {
    const now = { ms: Date.parse("2026-03-01T09:00:00.000Z") };
    const kept = join(folder, "kept");
    const assets = createKeptAssets({ pages: pagesFolder(), folder: kept, clock: () => now.ms });
    build("old-1.js");
    await assets.renew();
    const app = createPageRoutes({ pages: pagesFolder(), keptAssets: kept });
    const status = async (name: string): Promise<number> => (await app.request(`/assets/${name}`)).status;
    // Hint: a server runs with one bundle for 50 days and renews each night.
    now.ms += 50 * 24 * 3_600_000;
    await assets.renew();
    build("new-2.js");
    now.ms += KEEP_MS - 1000;
    await assets.renew();
    expect([await status("old-1.js"), await status("new-2.js")]).toEqual([200, 200]);
    now.ms += 2000;
    await assets.renew();
    expect([await status("old-1.js"), await status("new-2.js")]).toEqual([404, 200]);
  });

  it("[ED16] a share that no worker took is sent to the app, unread", async () => {
    build("old-1.js");
    const app = createPageRoutes({ pages: pagesFolder(), keptAssets: folder });
    let pulled = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(60));
      },
    });
    const answer = await app.request("/share", { method: "POST", body, duplex: "half" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/share?failed"]);
    expect(pulled).toBeLessThan(3);
  });
});
