// Runs the suite against any server of y-websocket's protocol: `node conformance/main.ts <ws url> [--header "cookie: …"]
// [--content <module>] [--envelope plain|hocuspocus] [--slow]`. A room's name is added to the address. A module of content exports
// `content` (client.ts); without one the suite writes into a map. Ends with 1 when a rule is broken.
import { parseArgs } from "node:util";
import { plainContent } from "./client.ts";
import type { Content } from "./client.ts";
import { lineOf, runRules } from "./run.ts";
import { hocuspocusEnvelope, plainEnvelope } from "./wire.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    header: { type: "string", multiple: true, default: [] },
    content: { type: "string" },
    envelope: { type: "string", default: "plain" },
    patience: { type: "string", default: "5000" },
    slow: { type: "boolean", default: false },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const [url] = positionals;
if (url === undefined) throw new Error('use: node conformance/main.ts <ws url> [--header "name: value"] [--slow]');

/** A module that the caller names; it must export `content`. */
async function readContent(path: string): Promise<Content> {
  const module: unknown = await import(new URL(path, `file://${process.cwd()}/`).href);
  // Hint: what the caller's own module exports is theirs to get right.
  return (module as { content: Content }).content;
}

const headers = Object.fromEntries(values.header.map((line) => [line.split(":")[0], line.replace(/^[^:]*:\s*/, "")]));
const content = values.content === undefined ? plainContent : await readContent(values.content);
const envelope = values.envelope === "hocuspocus" ? hocuspocusEnvelope : plainEnvelope;
const target = { url, headers, envelope, content, patienceMs: Number(values.patience) };
const findings = await runRules(target, { withSlow: values.slow }, (finding) => print(lineOf(finding)));
const broken = findings.filter(({ isKept }) => !isKept).length;
print(`${findings.length - broken} of ${findings.length} rules kept`);
process.exit(broken === 0 ? 0 : 1);
