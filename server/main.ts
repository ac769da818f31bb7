// Owns the start of the process: settings, server, signals, the last resort. Everything else is composed in start.ts.
import { readEnv } from "./env.ts";
import { runUntilSignal } from "./process.ts";
import { startServer } from "./start.ts";

/** Lines a person must see; never secrets of others, never into the log. */
const announce = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const server = await startServer(readEnv(), { announce });
  runUntilSignal(server);
  announce(`Lumiso is ready at ${server.url}`);
} catch (error) {
  process.stderr.write(`Lumiso cannot start: ${error instanceof Error ? error.message : "unknown"}\n`);
  process.exit(1);
}
