// Owns the way from a browser to the server that a story can cut: every engine loses its network alike, without a word from the page.
// Never looks into what it carries.
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export type Way = {
  readonly url: string;
  /** Ends every connection and takes no other. */
  readonly cut: () => Promise<void>;
  readonly restore: () => Promise<void>;
};

/** Opens a way to a server on this machine. Shape: `to` is its address. */
export async function openWay(to: string): Promise<Way> {
  const target = Number(new URL(to).port);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    join(near, far);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    }
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => void server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  // Hint: a TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    restore: () => listen(port),
  };
}

/** Ties two sockets together: what ends one ends the other. */
function join(near: Socket, far: Socket): void {
  near.pipe(far).pipe(near);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
  }
}
