// Owns the versions of the client that the stories of updates deploy: the built one, and a later one that is built from the same
// files with some words changed. Never touches dist/, which other stories use.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

const root = join(import.meta.dirname, "..");

/** Words of source files and what stands in their place in the later version, by the end of the file's path. */
export type Changes = Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;

/** Builds the client with changed words. Throws: when a word is not there. */
export async function buildChanged(changes: Changes, outDir: string): Promise<void> {
  const unmet = new Set(Object.keys(changes));
  await build({
    configFile: join(root, "vite.config.ts"),
    logLevel: "error",
    build: { outDir, emptyOutDir: true },
    plugins: [
      {
        name: "changed-words",
        enforce: "pre",
        transform: (code, id) => {
          const path = Object.keys(changes).find((end) => id.endsWith(end));
          if (path === undefined) return null;
          unmet.delete(path);
          return (changes[path] ?? []).reduce((text, [from, to]) => replaced(text, from, to), code);
        },
      },
    ],
  });
  if (unmet.size > 0) throw new Error(`not in the bundle: ${[...unmet].join(", ")}`);
}

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`not in the source: ${from}`);
  return text.replace(from, to);
}

/** A folder that a server runs in, whose client can be replaced. */
export type Site = { readonly folder: string; readonly deploy: (client: string) => void; readonly close: () => void };

/** Makes a site with the built client, or the one of CLIENT_DIR. */
export function makeSite(): Site & { readonly built: string } {
  const folder = mkdtempSync(join(tmpdir(), "lumiso-site-"));
  const built = process.env["CLIENT_DIR"] ?? join(root, "dist/client");
  const deploy = (client: string): void => {
    const served = join(folder, "dist/client");
    rmSync(served, { recursive: true, force: true });
    mkdirSync(served, { recursive: true });
    cpSync(client, served, { recursive: true });
  };
  deploy(built);
  return { folder, deploy, built, close: () => rmSync(folder, { recursive: true, force: true }) };
}
