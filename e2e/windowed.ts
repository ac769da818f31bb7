// Owns a server whose model window a story sets, as one of another version has it. Started by server.ts in place of server/main.ts.
import { readEnv } from "../server/env.ts";
import { startServer } from "../server/start.ts";
import { modelWindow, parseWindow } from "../shared/model.ts";

const announce = (line: string): void => void process.stdout.write(`${line}\n`);
const models = parseWindow(process.env["STORY_MODELS"] ?? null) ?? modelWindow;
const server = await startServer(readEnv(), { announce, models });
announce(`Lumiso is ready at ${server.url}`);
process.once("SIGTERM", () => void server.stop().then(() => process.exit(0)));
