// Owns the suite `device`: a real server, a real browser with a profile on disk, the real screens, at several sizes in turn.
// Never reaches into the product: what is measured is what stands on the page.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstScreenBytes } from "../tools/budget.ts";
import { openDevice, slowDown } from "./device/browser.ts";
import type { Device } from "./device/browser.ts";
import type { DeviceFigures, SizeFigures } from "./device/figures.ts";
import { comeBack, fillDevice, signInColleague } from "./device/fill.ts";
import { coldStart } from "./device/start.ts";
import { buildClient, makeStudioServer } from "./device/studio.ts";
import type { StudioServer } from "./device/studio.ts";
import { useLong, useOnce } from "./device/use.ts";
import { loadNow } from "./machine.ts";

export type DeviceOptions = {
  readonly people: readonly number[];
  readonly runs: number;
  /** How many times slower the main thread runs. */
  readonly slow: number;
  readonly useMinutes: number;
  readonly opens: number;
  readonly say: (line: string) => void;
};

/** The size that the table of targets speaks of. */
export const TARGET_SIZE = 20_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
type Site = {
  readonly server: StudioServer;
  readonly profile: string;
  address: string;
  readonly figures: Mutable<SizeFigures>;
};

/** Runs the suite; sizes take turns, so that what else the machine does meets all of them. */
export async function device(options: DeviceOptions): Promise<DeviceFigures> {
  const folder = mkdtempSync(join(tmpdir(), "lumiso-device-"));
  const sites: Site[] = [];
  try {
    const pages = await buildClient(folder);
    for (const people of options.people) sites.push(await makeSite(folder, people));
    for (const site of sites) await fill(site, folder, options);
    for (let run = 1; run <= options.runs; run += 1) for (const site of sites) await startOnce(site, run, options);
    await useInTurn(sites, options);
    const { slow, runs, useMinutes } = options;
    return { slow, runs, useMinutes, firstBytes: firstScreenBytes(pages), sizes: sites.map(({ figures }) => figures) };
  } finally {
    for (const { server } of sites) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeSite(folder: string, people: number): Promise<Site> {
  const figures: Mutable<SizeFigures> = {
    people,
    fills: [],
    rowsMs: [],
    answeredMs: [],
    rounds: [],
    heapAfterStart: [],
    heapAfterUse: null,
    heapMost: null,
    awayMs: [],
  };
  const server = await makeStudioServer(folder, people);
  return { server, profile: join(folder, `device-${people}`), address: "", figures };
}

/** Fills the device that is measured later as it is, and at the size of the targets another one slowed down. */
async function fill(site: Site, folder: string, { slow, say }: DeviceOptions): Promise<void> {
  const { server, profile, figures } = site;
  say(`${server.people} people: inventing them …`);
  await server.start();
  const { address, ...filled } = await fillDevice({ profile, url: server.url, slow: 1, people: server.people });
  site.address = address;
  figures.fills.push(filled);
  say(`  filled in ${filled.seconds.toFixed(1)} s, longest task ${filled.longestTaskMs.toFixed(0)} ms`);
  if (server.people === TARGET_SIZE) {
    const other = join(folder, `slow-${server.people}`);
    const { address: _, ...slowly } = await fillDevice({
      profile: other,
      url: server.url,
      slow,
      people: server.people,
    });
    rmSync(other, { recursive: true, force: true });
    figures.fills.push(slowly);
    say(`  ${slow} × slower in ${slowly.seconds.toFixed(1)} s, longest task ${slowly.longestTaskMs.toFixed(0)} ms`);
  }
  await server.stop();
}

async function startOnce(
  { server, profile, address, figures }: Site,
  run: number,
  options: DeviceOptions,
): Promise<void> {
  const { rows, answered, heap } = await coldStart({ profile, address, slow: options.slow });
  figures.rowsMs.push(rows);
  figures.answeredMs.push(answered);
  figures.heapAfterStart.push(heap);
  options.say(
    `start ${run}, ${server.people} people: rows ${rows.toFixed(0)} ms, answered ${answered.toFixed(0)} ms, heap ${heap.toFixed(1)} MB, load ${loadNow()}`,
  );
}

/** Uses all devices in turn, then the one of the targets for long. */
async function useInTurn(sites: readonly Site[], options: DeviceOptions): Promise<void> {
  const opened: Opened[] = [];
  try {
    for (const site of sites) opened.push({ site, on: await openSite(site) });
    for (let run = 1; run <= options.runs; run += 1) for (const each of opened) await useRound(each, run, options);
    const big = opened.find(({ site }) => site.server.people === TARGET_SIZE) ?? opened.at(-1);
    for (const { on, site } of opened) if (site !== big?.site) await on.close();
    if (big !== undefined) await useForLong(big, options);
  } finally {
    for (const { on, site } of opened) {
      await on.close();
      await site.server.stop();
    }
  }
}

/** Slowed down only while it is its turn. */
async function openSite({ server, profile, address }: Site): Promise<Device> {
  await server.start();
  const opened = await openDevice({ profile, slow: 1 });
  await opened.page.goto(address);
  await opened.page.locator("main [data-row]").first().waitFor();
  return opened;
}

type Opened = { readonly site: Site; readonly on: Device };

async function useRound({ site, on }: Opened, run: number, { opens, slow, say }: DeviceOptions): Promise<void> {
  const { server, figures } = site;
  await slowDown(on, slow);
  const round = await useOnce(on, { opens, edits: opens });
  await slowDown(on, 1);
  figures.rounds.push(round);
  const { search, open, editWork, stored } = round;
  say(
    `use ${run}, ${server.people} people, p95: search ${search.p95.toFixed(0)} ms, open ${open.p95.toFixed(0)} ms, edit ${editWork.p95.toFixed(1)} ms, stored ${stored.p95.toFixed(0)} ms, load ${loadNow()}`,
  );
}

async function useForLong({ site, on }: Opened, { useMinutes, runs, slow, say }: DeviceOptions): Promise<void> {
  const { server, figures } = site;
  await slowDown(on, slow);
  const heap = await useLong(on, useMinutes);
  figures.heapAfterUse = heap.end;
  figures.heapMost = heap.most;
  say(`  heap after ${useMinutes} min of use ${heap.end.toFixed(1)} MB, at most ${heap.most.toFixed(1)} MB`);
  const by = await signInColleague(server.url);
  for (let run = 1; run <= runs && server.people >= 1000; run += 1) {
    const ms = await comeBack(on, by, `Tur${run}`);
    figures.awayMs.push(ms);
    say(`  1,000 documents changed while away: ${ms.toFixed(0)} ms`);
  }
}
