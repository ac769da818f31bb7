// Owns how the tests of tenancy ask and what they compare: everything of an answer that a caller can see, over HTTP and on
// sockets, and how much the server read for it. Never decides what is right.
import { once } from "node:events";
import type { WebSocket } from "ws";
import type { Member, TestServer } from "../testing.ts";

/** All that a caller sees of an answer but its time. A socket's `status` is its close code and `body` its reason. */
export type Answer = { readonly status: number; readonly headers: readonly string[]; readonly body: string };

/** Asks over HTTP; redirects are answers. */
export async function ask(member: Pick<Member, "fetch">, path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const response = await member.fetch(path, { redirect: "manual", headers, ...init });
  const body = Buffer.from(await response.arrayBuffer()).toString("latin1");
  const shown = [...response.headers].filter(([name]) => name !== "date").map(([name, value]) => `${name}: ${value}`);
  return { status: response.status, headers: shown, body };
}

/** Opens a socket and waits for its end, or for its first frame, which is status 101; a refused upgrade's status is one too. */
export async function askSocket(member: Pick<Member, "WebSocket">, url: string): Promise<Answer> {
  const socket: WebSocket = new member.WebSocket(url);
  let upgraded: string[] = [];
  socket.on("upgrade", ({ headers }) => {
    upgraded = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    upgraded = upgraded.filter((line) => !line.startsWith("date:") && !line.startsWith("sec-websocket-accept:"));
  });
  socket.on("error", () => undefined);
  const ends = [
    once(socket, "close").then(([code, reason]) => ({ status: Number(code), body: String(reason) })),
    once(socket, "message").then(() => ({ status: 101, body: "" })),
    once(socket, "unexpected-response").then(([, response]) => ({ status: Number(response.statusCode), body: "" })),
  ];
  // Hint: what does not come fails when the socket ends.
  for (const end of ends) end.catch(() => undefined);
  const { status, body } = await Promise.any(ends);
  socket.terminate();
  return { status, headers: upgraded, body };
}

/** The address of a socket of a server. */
export const socketUrl = (server: Pick<TestServer, "url">, path: string): string =>
  server.url.replace("http", "ws") + path;

/** Counts what the server reads of accounts and of documents from now on. Answers with the count so far. */
export function countReads({ running }: Pick<TestServer, "running">): () => number {
  let reads = 0;
  const { auth, organisations } = running;
  const executor = auth.db.getExecutor();
  const execute = executor.executeQuery.bind(executor);
  executor.executeQuery = (query) => {
    reads += 1;
    return execute(query);
  };
  const open = organisations.open.bind(organisations);
  organisations.open = async (org) => {
    reads += 1;
    const storage = await open(org);
    return storage && counting(storage, () => void (reads += 1));
  };
  return () => reads;
}

function counting<T extends object>(target: T, count: () => void): T {
  return new Proxy(target, {
    get: (object, name, receiver) => {
      const value: unknown = Reflect.get(object, name, receiver);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        count();
        return Reflect.apply(value, object, args);
      };
    },
  });
}
