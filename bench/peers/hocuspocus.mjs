// Hocuspocus as its documentation starts it, with its defaults. PORT says where it listens; with DATA_FILE it stores its documents
// in SQLite through its own Database extension, without it they stay in memory.
import { DatabaseSync } from "node:sqlite";
import { Database } from "@hocuspocus/extension-database";
import { Server } from "@hocuspocus/server";

function database(path) {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  db.exec("CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, state BLOB NOT NULL)");
  const find = db.prepare("SELECT state FROM documents WHERE name = ?");
  const put = db.prepare("INSERT INTO documents VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state");
  return new Database({
    fetch: async ({ documentName }) => find.get(documentName)?.state ?? null,
    store: async ({ documentName, state }) => void put.run(documentName, state),
  });
}

const { PORT, DATA_FILE } = process.env;
const extensions = DATA_FILE === undefined ? [] : [database(DATA_FILE)];
const server = new Server({ port: Number(PORT), address: "127.0.0.1", quiet: true, extensions });
await server.listen();
process.stdout.write("running\n");
