// Owns a proxy between a browser and a story's server, as a firewall stands between: it passes HTTP on, and sockets only while it may.
// Never looks into what it passes.
import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

export type Proxy = {
  readonly url: string;
  /** Lets sockets through, or refuses them and ends those that are open. */
  readonly letSockets: (through: boolean) => void;
  readonly close: () => Promise<void>;
};

/** Starts a proxy before a server, on a port of its own; it begins without sockets. */
export async function startProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Duplex>();
  let isOpen = false;
  const pass = (from: IncomingMessage, to: ServerResponse): void => {
    const { method = "GET", url = "/", headers } = from;
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    onward.on("error", () => to.destroy());
    from.pipe(onward);
  };
  const server = createServer(pass);
  server.on("upgrade", (from: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    if (!isOpen) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      return;
    }
    open.add(socket);
    const onward = connect(Number(port), hostname, () => {
      onward.write(`${from.method} ${from.url} HTTP/1.1\r\n${headersOf(from)}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("close", () => {
      open.delete(socket);
      onward.destroy();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  // Hint: a TCP server that listens has an AddressInfo.
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://localhost:${own}`,
    letSockets: (through) => {
      isOpen = through;
      if (!through) for (const socket of open) socket.destroy();
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
}

function headersOf({ rawHeaders }: IncomingMessage): string {
  const lines: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return lines.join("\r\n");
}
