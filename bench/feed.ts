// Owns the measurement of a fresh device that fills: pages of the feed over a whole studio, newest first, one after the other.
// Never unpacks documents: bytes, the time until the first of them, and the server's memory meanwhile.
import { get } from "node:http";
import { performance } from "node:perf_hooks";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createDice } from "../server/demo/random.ts";
import { feedHeaders } from "../shared/messages.ts";
import { makeContacts, pushAll } from "./documents.ts";
import { lineOf } from "./rows.ts";
import type { Row } from "./rows.ts";
import { residentBytes, startStudio } from "./servers.ts";
import type { Studio } from "./servers.ts";
import { onOwnCores } from "./turns.ts";
import { percentile } from "./stats.ts";

export type FeedOptions = {
  readonly documents: number;
  /** Whole ways through the feed, one after the other, so that memory that grows shows. */
  readonly passes: number;
  readonly runs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** Runs each form in turns, each run with a fresh server. */
export const feed = (options: FeedOptions): Promise<Row[]> => onOwnCores((core) => measureAll(core, options));

async function measureAll(core: number | null, { documents, passes, runs, seed, say }: FeedOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const studio = await startStudio({ core });
    const making = { by: studio.member, dice: createDice(seed + run), letters: 900 };
    await pushAll(studio.owner, makeContacts(documents, making), "made");
    for (const encoding of ["identity", "gzip"] as const) {
      const values = await fill(studio, { encoding, passes });
      rows.push({ name: `${documents} documents, ${encoding}`, run, values });
      say(lineOf(rows.at(-1) ?? { name: "", run, values }));
    }
    await studio.stop();
  }
  return rows;
}

type Filling = { readonly encoding: "identity" | "gzip"; readonly passes: number };

async function fill(studio: Studio, { encoding, passes }: Filling): Promise<Row["values"]> {
  const before = residentBytes(studio.pid);
  const firsts: number[] = [];
  let [bytes, ms, most] = [0, 0, before];
  for (let pass = 0; pass < passes; pass += 1) {
    for (let cursor = Number.MAX_SAFE_INTEGER; cursor > 0;) {
      const page = await readPage(studio, { cursor: Math.min(cursor, 999_999_999), encoding });
      firsts.push(page.firstMs);
      bytes += page.bytes;
      ms += page.ms;
      most = Math.max(most, residentBytes(studio.pid));
      cursor = page.next < cursor && page.bytes > EMPTY_PAGE ? page.next : 0;
    }
  }
  const sorted = firsts.toSorted((a, b) => a - b);
  return {
    "MB/s on the wire": bytes / 1e3 / ms,
    "first byte p50 ms": percentile(sorted, 0.5),
    "first byte p95 ms": percentile(sorted, 0.95),
    pages: sorted.length,
    "memory before MB": before / 1e6,
    "most memory MB": most / 1e6,
  };
}

/** A page without entries, gzip's own bytes included. */
const EMPTY_PAGE = 32;

type Page = { readonly bytes: number; readonly firstMs: number; readonly ms: number; readonly next: number };

async function readPage(
  { server, owner }: Studio,
  { cursor, encoding }: { readonly cursor: number; readonly encoding: string },
): Promise<Page> {
  const start = performance.now();
  const headers = { cookie: owner.cookie, "accept-encoding": encoding };
  const request = get(`${server.url}/api/orgs/${owner.orgId}/changes?before=${cursor}&limit=500`, { headers });
  // Hint: an IncomingMessage is what `response` brings.
  const [response] = (await once(request, "response")) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`feed: ${response.statusCode}`);
  let bytes = 0;
  let firstMs = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (bytes === 0) firstMs = performance.now() - start;
    bytes += chunk.length;
  }
  const next = Number(response.headers[feedHeaders.next.toLowerCase()]);
  return { bytes, firstMs, ms: performance.now() - start, next };
}
