// Owns how the client is built and served in development, and how all tests below the browser run.
// Never starts the server: in development it is a process of its own, reached through the proxy.

import { readFileSync } from "node:fs";
import tailwind from "@tailwindcss/vite";
import { VitePWA } from "vite-plugin-pwa";
import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

const server = `http://localhost:${process.env["PORT"] ?? "3000"}`;

// The installed app: the shell is kept on the device, data never is (client/SPEC.md, PW).
const pwa = VitePWA({
  strategies: "generateSW",
  filename: "sw.js",
  registerType: "prompt",
  injectRegister: null,
  // Hint: two static files in client/public, one per language; the page names the one to use.
  manifest: false,
  workbox: {
    globPatterns: ["**/*.{html,js,css,svg,png,webmanifest}"],
    // Hint: the worker's own part, and pictures that only the dialog of installing shows.
    globIgnores: ["share-target.js", "screens/*"],
    importScripts: ["/share-target.js"],
    navigateFallback: "/index.html",
    navigateFallbackDenylist: [/^\/(?:api|sync|legal|healthz|metrics)(?:\/|$)/],
    clientsClaim: true,
    skipWaiting: false,
    cleanupOutdatedCaches: true,
    runtimeCaching: [],
    sourcemap: false,
  },
});

const tests = {
  // Hint: without this the Solid plugin asks for jsdom.
  environment: "node",
  // Tests wait for events of real sockets, disks and password hashes, on machines with two busy cores.
  testTimeout: 20_000,
  hookTimeout: 20_000,
  // One process reads our modules once for all its files, which is a third of what most files cost. So no file may leave anything
  // behind: no server, tab, timer or global of its own.
  isolate: false,
  restoreMocks: true,
  unstubGlobals: true,
};

/** Files that take half a minute and more, the longest first. Begun last, they would run on when all others are done. */
const longest = [
  "client/store/convergence.test.ts",
  "server/durability/durability.test.ts",
  "client/simulation/simulation.test.ts",
  "client/store/fallback.test.ts",
  "client/store/limits.test.ts",
  "server/fuzz/fuzz.test.ts",
];

/** The usual order after the longest files. Hint: the library asks for a class. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = super.sort.bind(this);
    const sorted = await usual(files);
    const first = longest.flatMap((name) => sorted.filter(({ moduleId }) => moduleId.endsWith(`/${name}`)));
    return [...first, ...sorted.filter((file) => !first.includes(file))];
  }
}

// Hint: npm's own file, which has one.
const { version } = JSON.parse(readFileSync(`${import.meta.dirname}/package.json`, "utf8")) as { version: string };

export default defineConfig({
  root: "client",
  define: { "import.meta.env.VITE_VERSION": JSON.stringify(version) },
  cacheDir: "../node_modules/.vite",
  plugins: [solid(), tailwind(), pwa],
  build: { outDir: "../dist/client", emptyOutDir: true, manifest: true },
  server: {
    proxy: {
      // Hint: the Host header stays the page's, because the server compares it with Origin.
      "/api": { target: server },
      "/legal": { target: server },
      "/sync": { target: server, ws: true },
    },
  },
  test: {
    root: import.meta.dirname,
    environment: tests.environment,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // Without the Solid plugin, which resolves packages as a browser does.
        extends: false,
        root: import.meta.dirname,
        test: { ...tests, name: "node", include: ["{shared,policy,server,tools,bench,conformance}/**/*.test.ts"] },
      },
      {
        extends: false,
        root: import.meta.dirname,
        plugins: [solid()],
        // Hint: Solid wants the packages of a browser, but the real server in these tests wants Node's sockets.
        resolve: { alias: [{ find: /^ws$/, replacement: `${import.meta.dirname}/node_modules/ws/wrapper.mjs` }] },
        test: { ...tests, name: "client", include: ["client/**/*.test.{ts,tsx}"] },
      },
    ],
  },
});
