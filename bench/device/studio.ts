// Owns a server process over a studio of N invented people, and the built client it serves. The real server, seeded by the demo.
// Never measures; what it knows of the server is what it prints and serves.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "vite";
import { signIns } from "../../server/demo/members.ts";
import { freePort } from "../../tools/port.ts";

/** A studio that is served; started again it is on the same folder and the same address. */
export type StudioServer = {
  readonly url: string;
  readonly people: number;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Builds the client into a folder of its own, so that a build beside it changes nothing under a measurement. */
export async function buildClient(folder: string): Promise<string> {
  const outDir = join(folder, "dist/client");
  await build({ logLevel: "error", build: { outDir, emptyOutDir: true } });
  return outDir;
}

/** Makes the server of a studio; the first start invents its people, later ones find them. Shape: `folder` holds `dist/client`. */
export async function makeStudioServer(folder: string, people: number): Promise<StudioServer> {
  const port = await freePort();
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const running = spawn(
      process.execPath,
      [join(import.meta.dirname, "../../server/demo.ts"), "--people", String(people)],
      {
        cwd: folder,
        env: {
          ...process.env,
          PORT: String(port),
          HOST: "127.0.0.1",
          DATA_DIR: join(folder, `studio-${people}/data`),
          LOG_LEVEL: "warn",
        },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    child = running;
    const lines = createInterface({ input: running.stdout });
    await new Promise<void>((resolve, reject) => {
      lines.on("line", (line) => line.includes("is ready") && resolve());
      running.once("exit", (code) => reject(new Error(`the server of ${people} people ended with ${code}`)));
    });
  };
  const stop = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await exited;
  };
  return { url: `http://localhost:${port}`, people, start, stop };
}

/** The sign-in of the studio's owner, whose device is measured. */
export const owner = signIns[0];

/** The sign-in of a colleague, who works while the measured device is away. */
export const colleague = signIns[1];
