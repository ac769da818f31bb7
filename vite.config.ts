// Owns how the client is built and served in development, and how all tests below the browser run.
// Never starts the server: in development it is a process of its own, reached through the proxy.

import tailwind from "@tailwindcss/vite";
import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

const server = `http://localhost:${process.env["PORT"] ?? "3000"}`;

const tests = {
  // Hint: without this the Solid plugin asks for jsdom.
  environment: "node",
  // Tests wait for events of real sockets, disks and password hashes, on machines with two busy cores.
  testTimeout: 20_000,
  hookTimeout: 20_000,
};

export default defineConfig({
  root: "client",
  cacheDir: "../node_modules/.vite",
  plugins: [solid(), tailwind()],
  build: { outDir: "../dist/client", emptyOutDir: true },
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
    projects: [
      {
        // Without the Solid plugin, which resolves packages as a browser does.
        extends: false,
        root: import.meta.dirname,
        test: { ...tests, name: "node", include: ["{shared,policy,server,tools,bench}/**/*.test.ts"] },
      },
      {
        extends: false,
        root: import.meta.dirname,
        plugins: [solid()],
        test: { ...tests, name: "client", include: ["client/**/*.test.{ts,tsx}"] },
      },
    ],
  },
});
