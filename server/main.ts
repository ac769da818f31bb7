// Owns the start of the process: settings, server, signals. Everything else is composed in start.ts.
import { readEnv } from "./env.ts";
import { startServer } from "./start.ts";

/** Lines a person must see; never secrets of others, never into the log. */
const announce = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const server = await startServer(readEnv(), { announce });
  announce(`Lumiso is ready at ${server.url}`);
  const stop = (): void => {
    server.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  process.stderr.write(`Lumiso cannot start: ${error instanceof Error ? error.message : "unknown"}\n`);
  process.exit(1);
}
