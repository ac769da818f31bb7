// Owns development: the server, restarted at each change, and Vite in front of it, ended together.
// Never builds anything; Vite's proxy (vite.config.ts) leads to the server.

import { spawn } from "node:child_process";
import { createServer } from "vite";

const server = spawn(process.execPath, ["--watch", "server/main.ts"], { stdio: "inherit" });
const vite = await createServer();
await vite.listen();
vite.printUrls();

async function stop(): Promise<void> {
  server.kill();
  await vite.close();
}

server.once("exit", () => void vite.close());
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
