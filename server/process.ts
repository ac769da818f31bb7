// Owns what the process does with signals and with what nobody caught.
// Never prints an exception: its message may hold anybody's data. Rule: LO2.
import type { Running } from "./start.ts";

/** Past this the process ends whatever still waits. Units: ms. Rule: DR4. */
const LONGEST_STOP_MS = 45_000;

/** Stops the server at the first SIGTERM or SIGINT and ends at once at the second; an uncaught exception is logged, then the end. */
export function runUntilSignal({ stop, log }: Pick<Running, "stop" | "log">): void {
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.failure("crashed", error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  // Hint: without a listener Node would print the message. What was acknowledged is on disk; a new process starts clean.
  process.on("uncaughtException", (error) => {
    log.failure("crashed", error);
    process.exit(1);
  });
}
