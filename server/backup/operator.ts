// Owns the way from a command line to the running server: a socket in the data folder that only its owner may open.
// Never listens on a network, and knows nothing of what a command does.
import { chmodSync, existsSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { backupError } from "./errors.ts";
import type { BackupError } from "./errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";

/** Does what a command asks; question and answer are JSON values. */
export type Operate = (question: unknown) => Promise<unknown>;

/** How long an address of a socket may be; the system allows a few bytes more. */
const MAX_PATH_BYTES = 100;
const MAX_QUESTION_BYTES = 16 * 1024 * 1024;

/** Where the server of a data folder listens to commands. */
export const operatorSocket = (dataDir: string): string => join(dataDir, "operator.sock");

/**
 * Listens to commands; answers with the way to end it. Rule: BK14.
 * A folder whose path is too long for a socket has none: commands then say so.
 */
export async function listenToOperator(dataDir: string, operate: Operate): Promise<() => Promise<void>> {
  const path = operatorSocket(dataDir);
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return () => Promise.resolve();
  // Hint: a killed server leaves its own; nobody else may write into this folder.
  rmSync(path, { force: true });
  const server = createServer((question, answer) => {
    readQuestion(question)
      .then(operate)
      .then(
        (value) => answer.end(JSON.stringify(value)),
        () => answer.writeHead(500).end(),
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

async function readQuestion(question: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Hint: a request without an encoding gives bytes.
  for await (const chunk of question as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_QUESTION_BYTES) throw new Error("a question too long");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** Asks the running server. Fails: `server_not_running`, `failed`. */
export async function askServer(dataDir: string, question: unknown): Promise<Result<unknown, BackupError>> {
  const socketPath = operatorSocket(dataDir);
  if (Buffer.byteLength(socketPath) > MAX_PATH_BYTES)
    return err(backupError("failed", "the path of DATA_DIR is too long"));
  if (!existsSync(socketPath)) return err(backupError("server_not_running"));
  return new Promise((resolve) => {
    const asking = request({ socketPath, method: "POST", path: "/" }, (answer) => {
      readQuestion(answer).then(
        (value) => resolve(ok(value)),
        () => resolve(err(backupError("failed"))),
      );
    });
    asking.once("error", () => resolve(err(backupError("server_not_running"))));
    asking.end(JSON.stringify(question));
  });
}
