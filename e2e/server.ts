// Owns a whole server as its own process for the browser stories: started, killed without warning, started again on the same folder.
// Never imports the server: what a story knows of it is what it prints and serves.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../tools/port.ts";

const main = join(import.meta.dirname, "../server/main.ts");
const compiled = join(import.meta.dirname, "../node_modules/.cache/stories");

export type StoryServer = {
  readonly url: string;
  /** Waits for the newest printed link of a kind and takes it. */
  readonly link: (kind: "verify" | "reset" | "invitation") => Promise<string>;
  /** Kills the process at once, as a power cut would. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Ends the process and removes its folder. */
  readonly close: () => Promise<void>;
};

/** What a story changes of the server. */
export type Deployment = {
  /** The folder to run in; its `dist/client` is served. Absent: this one. */
  readonly folder?: string;
  /** Limits that are other than usual. Source: server/limits.ts. */
  readonly limits?: Readonly<Record<string, number>>;
  /** The versions of the model whose writes are taken, as `<oldest>-<newest>`; asked at each start. */
  readonly models?: () => string;
};

/** Starts a server on a free port in a folder of its own. Throws: when it ends before it is ready. */
export async function startStoryServer(deployment: Deployment = {}): Promise<StoryServer> {
  const folder = mkdtempSync(join(tmpdir(), "lumiso-story-"));
  const port = await freePort();
  const lines: string[] = [];
  const wakes = new Set<() => void>();
  let child: ChildProcess | null = null;

  const heard = (line: string): void => {
    lines.push(line);
    for (const wake of wakes) wake();
  };
  const take = async (wanted: string): Promise<string> => {
    for (;;) {
      const index = lines.findLastIndex((line) => line.includes(wanted));
      if (index >= 0) return lines.splice(index, 1)[0] ?? "";
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          wakes.delete(wake);
          resolve();
        };
        wakes.add(wake);
      });
    }
  };
  const start = async (): Promise<void> => {
    const data = { PORT: String(port), DATA_DIR: join(folder, "data"), LOG_LEVEL: "warn", HOST: "127.0.0.1" };
    const models = deployment.models?.();
    const limits = deployment.limits === undefined ? {} : { LIMITS: JSON.stringify(deployment.limits) };
    child = spawn(process.execPath, [models === undefined ? main : join(import.meta.dirname, "windowed.ts")], {
      ...(deployment.folder === undefined ? {} : { cwd: deployment.folder }),
      // Hint: many servers start in one run, all from the same files.
      env: {
        NODE_COMPILE_CACHE: compiled,
        ...process.env,
        ...data,
        ...limits,
        ...(models === undefined ? {} : { STORY_MODELS: models }),
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (child.stdout) createInterface({ input: child.stdout }).on("line", heard);
    const ended = new Promise<never>((_resolve, reject) => {
      child?.once("exit", () => reject(new Error(`the server ended: ${lines.join("\n")}`)));
    });
    ended.catch(() => undefined);
    await Promise.race([take("Lumiso is ready"), ended]);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise((resolve) => running.once("exit", resolve));
    running.kill(signal);
    await exited;
  };
  await start();
  return {
    url: `http://localhost:${port}`,
    link: async (kind) => (await take(`/${kind}#token=`)).trim(),
    kill: () => end("SIGKILL"),
    start,
    close: async () => {
      await end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
