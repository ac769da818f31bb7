// Measures what the store alone carries: commits of existing documents, singly and in tens, and pages of the feed.
// Never a comparison: no sockets, no Yjs, no check; see main.ts for the whole path. Run: `node bench/storage.ts`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, systemRandom } from "../server/clock.ts";
import { loadKeyring } from "../server/keyring.ts";
import { createOrganisations } from "../server/organisations.ts";
import type { Change, DocumentStorage } from "../server/storage.ts";
import { docClasses, docId } from "../shared/document.ts";

const DOCUMENTS = 2000;
const SECONDS = 2;

const docs = Array.from({ length: DOCUMENTS }, (_, number) =>
  docId("contact", `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`),
);

/** Commits random documents for a while; answers with documents per second and the times of a commit. */
async function measureCommits(
  storage: DocumentStorage,
  { bytes, group }: { bytes: number; group: number },
): Promise<string> {
  const versions = await fill(storage, bytes);
  const timesMs: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  for (let turn = 0; performance.now() < end; turn += 1) {
    // Hint: 773 is prime to the number of documents, so the rows lie far apart and none comes twice in a group.
    const picked = Array.from({ length: group }, (_, place) => ((turn * group + place) * 773) % DOCUMENTS);
    const changes = picked.map((number) => changeOf(number, { bytes, version: versions[number] ?? 1 }));
    const before = performance.now();
    const results = await storage.commit(changes);
    timesMs.push(performance.now() - before);
    for (const [place, result] of results.entries()) {
      if (result.kind === "committed") versions[picked[place] ?? 0] = result.version;
    }
  }
  return summary(timesMs, { label: `${bytes / 1024} KiB in groups of ${group}`, perTurn: group });
}

const changeOf = (number: number, { bytes, version }: { bytes: number; version: number }): Change => ({
  doc: docs[number] ?? docId("studio"),
  state: systemRandom(bytes),
  expectedVersion: version,
});

async function fill(storage: DocumentStorage, bytes: number): Promise<number[]> {
  for (let start = 0; start < DOCUMENTS; start += 200) {
    const numbers = docs.slice(start, start + 200).map((_, place) => start + place);
    await storage.commit(numbers.map((number) => changeOf(number, { bytes, version: 0 })));
  }
  return docs.map(() => 1);
}

async function measurePages(storage: DocumentStorage): Promise<string> {
  const timesMs: number[] = [];
  for (let before = (await storage.head()) + 1; before > 0;) {
    const start = performance.now();
    const page = await storage.page({ before, classes: docClasses, limit: 500, maxBytes: 4 * 1024 * 1024 });
    timesMs.push(performance.now() - start);
    before = page.more ? page.next : 0;
  }
  return summary(timesMs, { label: "pages of 500", perTurn: 500 });
}

function summary(timesMs: readonly number[], { label, perTurn }: { label: string; perTurn: number }): string {
  const sorted = timesMs.toSorted((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2);
  const perSecond = (timesMs.length * perTurn * 1000) / timesMs.reduce((sum, time) => sum + time, 0);
  return `${label}: ${Math.round(perSecond)} documents/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

const root = mkdtempSync(join(tmpdir(), "lumiso-bench-"));
const folders = { dataDir: join(root, "data"), keysDir: join(root, "keys") };
const loaded = loadKeyring({ ...folders, random: systemRandom });
if (!loaded.ok) throw new Error(loaded.error.type);
const { keyring } = loaded.value;
const organisations = createOrganisations({ ...folders, keyring, random: systemRandom, clock: systemClock });
for (const bytes of [2048, 8192]) {
  for (const group of [1, 10]) {
    const storage = await organisations.create(`bench-${bytes}-${group}`);
    console.log(await measureCommits(storage, { bytes, group }));
    if (group === 10) console.log(await measurePages(storage));
  }
}
await organisations.close();
rmSync(root, { recursive: true });
