// Owns the worker that reads contacts files, so that the screen stays alive with 20,000 cards. Never keeps anything.
import { readAll } from "./reading.ts";
import type { ReadReply, ReadRequest } from "./reading.ts";

addEventListener("message", (event: MessageEvent<ReadRequest>) => {
  const { id, files } = event.data;
  const answer = async (): Promise<void> => {
    const reply: ReadReply = { id, readings: await readAll(files) };
    postMessage(reply);
  };
  void answer();
});
