// Owns the counting of document frames where they leave: at the socket itself, not by guessing from events.
// Never changes a frame and never decides when one is sent (y-websocket does).
import { messageKinds, syncKinds } from "../../shared/protocol.ts";
import type { DocumentFrame, Ledger } from "./ledger.ts";

/** A WebSocket that tells the ledger of each connection and each document frame. Rule: S30. */
export function makeCountingSocket(Base: typeof WebSocket, ledger: Pick<Ledger, "opened" | "sent">): typeof WebSocket {
  return class extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      ledger.opened();
    }

    override send(data: Parameters<WebSocket["send"]>[0]): void {
      const kind = documentFrame(data);
      // Hint: counted before it goes, so that no answer can come first.
      if (kind !== null) ledger.sent(kind);
      super.send(data);
    }
  };
}

/** The first two bytes of a frame say whether it carries a document; both numbers are below 128. */
function documentFrame(data: unknown): DocumentFrame | null {
  if (!(data instanceof Uint8Array) || data[0] !== messageKinds.sync) return null;
  if (data[1] === syncKinds.step2) return "step2";
  return data[1] === syncKinds.update ? "update" : null;
}
