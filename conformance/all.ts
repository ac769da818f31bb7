// Runs every rule, the slow ones too, against our server and the two that its figures are compared with, and writes
// docs/reports/conformance.md: `npm run conformance:all`. The others come from bench/peers and never run in the tests.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { contenders } from "../bench/servers.ts";
import { liftedLimits } from "../server/limits.testing.ts";
import { startTestServer } from "../server/testing.ts";
import { plainContent } from "./client.ts";
import type { Target } from "./client.ts";
import { lumisoContent } from "./lumiso.testing.ts";
import { lineOf, runRules } from "./run.ts";
import type { Finding } from "./run.ts";
import { hocuspocusEnvelope, plainEnvelope } from "./wire.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

type Column = { readonly label: string; readonly findings: readonly Finding[] };

async function tryOut(
  label: string,
  target: Omit<Target, "patienceMs" | "headers"> & Partial<Target>,
): Promise<Column> {
  print(`\n${label}`);
  const whole = { headers: {}, patienceMs: 5_000, ...target };
  return { label, findings: await runRules(whole, { withSlow: true }, (finding) => print(lineOf(finding))) };
}

async function ours(): Promise<Column> {
  const server = await startTestServer({ env: { LIMITS: liftedLimits } });
  const owner = await server.owner("ada@example.com");
  const url = `${server.url.replace("http", "ws")}/sync/${owner.orgId}`;
  const headers = { cookie: owner.cookie };
  const column = await tryOut("Lumiso", { url, headers, envelope: plainEnvelope, content: lumisoContent(owner) });
  await server.close();
  return column;
}

type Peer = { readonly label: string; readonly envelope: Target["envelope"]; readonly patienceMs?: number };

async function peer(name: string, { label, ...how }: Peer): Promise<Column> {
  const contender = contenders.find((each) => each.name === name);
  if (contender === undefined) throw new Error(`no server ${name}`);
  const running = await contender.start({ core: null });
  const column = await tryOut(label, { url: running.url, content: plainContent, ...how });
  await running.stop();
  return column;
}

function tableOf(columns: readonly Column[]): string {
  const cell = ({ isKept, note }: Finding): string =>
    `${isKept ? "kept" : "**broken**"}${note === "" ? "" : `: ${note.replaceAll("|", "/")}`}`;
  const rows = (columns[0]?.findings ?? []).map(({ id, title }) => {
    const cells = columns
      .map(({ findings }) => findings.find((each) => each.id === id))
      .map((each) => each && cell(each));
    return `| ${id} | ${title} | ${cells.join(" | ")} |`;
  });
  const head = ["Rule", "", ...columns.map(({ label }) => label)];
  return [`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...rows].join("\n");
}

const columns = [
  await ours(),
  await peer("y-websocket", { label: "y-websocket 2.1.0", envelope: plainEnvelope }),
  await peer("hocuspocus", { label: "Hocuspocus 4.7.0, in its own envelope", envelope: hocuspocusEnvelope }),
];
// Hint: nothing is answered, so that patience would only be waiting.
const plain = await peer("hocuspocus", { label: "Hocuspocus 4.7.0, plain", envelope: plainEnvelope, patienceMs: 2000 });
const broken = plain.findings.filter(({ isKept }) => !isKept).length;

const text = `# Conformance to y-websocket's protocol

\`node conformance/main.ts <ws url>\` tries the rules below against any server, by its address alone; \`npm run conformance:all\` wrote this on ${new Date().toISOString().slice(0, 10)}. Each rule is one try over real sockets. Where the protocol leaves a choice, the cell says how the server chose. Our server judges content, so there the suite writes notes of a person; into the others it writes a map.

Hocuspocus speaks another protocol: it puts the document's name in front of each frame and wants a token first, so that no client of y-websocket can talk to it; tried plainly it breaks ${broken} of ${plain.findings.length} rules. Its column speaks its envelope, which the stock provider of y-websocket (CF15, CF16) cannot.

${tableOf(columns)}
`;
writeFileSync(join(import.meta.dirname, "../docs/reports/conformance.md"), text);
// Hint: providers of the suite may still be waiting for a server that is gone.
process.exit(0);
