// Owns the real server as a process of its own, as tests and measurements start, watch and kill it.
// Never reaches into it: what it prints and answers is all there is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");

/** A running server. */
export type ServerProcess = {
  readonly url: string;
  readonly pid: number;
  /** Log lines of warnings and failures; none after a clean start. */
  readonly problems: readonly string[];
  /** What it wrote to standard error. */
  readonly errors: () => string;
  /** Waits for a printed link of a kind and answers with its token. */
  readonly token: (kind: "verify" | "reset" | "invitation") => Promise<string>;
  /** Ends it and waits until it is gone. */
  readonly kill: (signal: "SIGKILL" | "SIGTERM") => Promise<void>;
  /** Resolves with its exit code when it is gone; null after a signal that killed it. */
  readonly ended: Promise<number | null>;
};

/** How a server is started. `launcher` goes before Node on the command line, such as `taskset -c 0`. */
export type ProcessOptions = {
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly launcher?: readonly string[];
  readonly nodeFlags?: readonly string[];
};

/** A server that may not be ready yet. */
export type StartingServer = {
  /** Rejects when it ends before it is ready. */
  readonly ready: Promise<ServerProcess>;
  readonly kill: ServerProcess["kill"];
};

/** As `npm start` starts it. Rule: MM4. Units: MiB, for each half of the young generation. */
export const NODE_FLAGS: readonly string[] = ["--max-semi-space-size=8"];

/** Starts `node server/main.ts` over a folder, on a free port. */
export function launchServer({ dataDir, env = {}, launcher = [], nodeFlags = [] }: ProcessOptions): StartingServer {
  const [program, ...args] = [...launcher, process.execPath, ...NODE_FLAGS, ...nodeFlags, "server/main.ts"];
  const settings = { PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir, LOG_LEVEL: "warn", ...env };
  // Hint: settings of whoever runs the tests must not reach the server; PATH finds the launcher, and where Node keeps what it
  // has compiled spares half of a start.
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { PATH, NODE_COMPILE_CACHE, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const errors: Buffer[] = [];
  child.stderr.on("data", (bytes: Buffer) => errors.push(bytes));
  const lines = listen(child.stdout);
  const kill: ServerProcess["kill"] = async (signal) => {
    child.kill(signal);
    await ended;
  };
  const untilReady = async (): Promise<ServerProcess> => {
    const line = await Promise.race([lines.find("Lumiso is ready at "), ended]);
    if (typeof line !== "string") throw new Error(`the server ended: ${Buffer.concat(errors).toString()}`);
    const { port } = new URL(line.split(" ").at(-1) ?? "");
    return {
      url: `http://127.0.0.1:${port}`,
      pid: child.pid ?? 0,
      problems: lines.problems,
      errors: () => Buffer.concat(errors).toString(),
      token: async (kind) => (await lines.find(`/${kind}#token=`)).split("#token=")[1]?.trim() ?? "",
      kill,
      ended: ended.then(([code]: unknown[]) => (typeof code === "number" ? code : null)),
    };
  };
  const ready = untilReady();
  // Hint: who kills a server that is not ready yet does not wait for it.
  ready.catch(() => undefined);
  return { ready, kill };
}

/** Starts a server and waits until it is ready. Throws: when it ends before. */
export const startServerProcess = (options: ProcessOptions): Promise<ServerProcess> => launchServer(options).ready;

type Lines = { readonly problems: string[]; readonly find: (text: string) => Promise<string> };

/** Lines as they are printed; one that was found is taken out, so that a token is used once. */
function listen(stream: NodeJS.ReadableStream): Lines {
  const lines: string[] = [];
  const problems: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: stream }).on("line", (line) => {
    (line.startsWith("{") ? problems : lines).push(line);
    for (const wake of [...waiting]) wake();
  });
  const find = async (text: string): Promise<string> => {
    for (;;) {
      const index = lines.findIndex((line) => line.includes(text));
      if (index >= 0) return lines.splice(index, 1)[0] ?? "";
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      });
    }
  };
  return { problems, find };
}
