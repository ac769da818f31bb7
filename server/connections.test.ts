// A connection whose client is quicker than the end of the server's answer, over real sockets.
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { serveInTurn } from "./connections.ts";

/** All of the body is out before the answer is ended, as it is when a body is passed on from a stream. */
const waiting: ServerResponse[] = [];
const server = createServer((_request, answer) => {
  for (const last of waiting.splice(0)) last.end();
  answer.writeHead(200, { "content-length": 2 });
  answer.write("ok");
  waiting.push(answer);
});

afterEach(() => {
  for (const last of waiting.splice(0)) last.end();
  server.close();
});

async function ask(port: number, agent: Agent): Promise<string> {
  const asked = request({ host: "127.0.0.1", port, agent, method: "POST" }).end();
  const [answer] = await once(asked, "response");
  let body = "";
  for await (const part of answer) body += String(part);
  return body;
}

it("[ED24] a client that has its answer asks again on the same connection, though the answer has not ended", async () => {
  serveInTurn(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Hint: a server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect([await ask(port, agent), await ask(port, agent), await ask(port, agent)]).toEqual(["ok", "ok", "ok"]);
  agent.destroy();
});
