import { expect, test } from "vitest";
import { makeReader } from "./reader.ts";
import type { WorkerLike } from "./reader.ts";
import { readAll } from "./reading.ts";
import type { Chosen, ReadReply, ReadRequest } from "./reading.ts";
import { fixture } from "./testing.ts";

/** A worker in the same thread, which answers as the real one does. */
class ThreadWorker extends EventTarget implements WorkerLike {
  terminate(): void {}

  postMessage(request: ReadRequest): void {
    void readAll(request.files).then((readings) => {
      const data: ReadReply = { id: request.id, readings };
      this.dispatchEvent(new MessageEvent("message", { data }));
    });
  }
}

const inThread = (started: ThreadWorker[]) => (): WorkerLike => {
  const worker = new ThreadWorker();
  started.push(worker);
  return worker;
};

const chosen = (name: string): Chosen => ({
  file: new File([fixture(name) as Uint8Array<ArrayBuffer>], name),
  options: {},
});

test("[IM2] several files are read, each with its own result", async () => {
  const reader = makeReader(inThread([]));
  const empty: Chosen = { file: new File([], "empty.vcf"), options: {} };
  const readings = await reader.read([chosen("iphone.vcf"), empty, chosen("google-contacts.csv")]);
  expect(readings?.map((reading) => reading.ok)).toEqual([true, false, true]);
});

test("[IM2] a file that the device no longer gives is one file's error", async () => {
  const broken = { name: "gone.vcf", arrayBuffer: async () => Promise.reject(new Error("gone")) };
  const readings = await readAll([{ file: broken as unknown as File, options: {} }, chosen("gmail.vcf")]);
  expect(readings.map((reading) => (reading.ok ? "ok" : reading.error.type))).toEqual(["unreadable", "ok"]);
});

test("[IM2] a newer question ends the older one", async () => {
  const started: ThreadWorker[] = [];
  const reader = makeReader(inThread(started));
  const older = reader.read([chosen("iphone.vcf")]);
  const newer = reader.read([chosen("gmail.vcf")]);
  expect(await older).toBeNull();
  expect((await newer)?.length).toBe(1);
  expect(started.length).toBe(2);
});

test("[IM2] a worker that breaks answers, and the next question starts another", async () => {
  const started: ThreadWorker[] = [];
  const reader = makeReader(inThread(started));
  const broken = reader.read([chosen("iphone.vcf")]);
  started[0]?.dispatchEvent(new Event("error"));
  expect(await broken).toBeNull();
  expect((await reader.read([chosen("iphone.vcf")]))?.length).toBe(1);
});
