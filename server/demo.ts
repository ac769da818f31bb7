// Owns `npm run demo`: a server over a filled sample studio with two members, whose sign-ins it prints.
// Never runs on a studio's own data: its folder is ./data-demo unless DATA_DIR says otherwise.
import { parseArgs } from "node:util";
import { systemClock } from "./clock.ts";
import { fillStudio } from "./demo/fill.ts";
import { makeMembers, signIns } from "./demo/members.ts";
import { readEnv } from "./env.ts";
import { runUntilSignal } from "./process.ts";
import { startServer } from "./start.ts";

/** The same seed gives the same people. */
const SEED = 20_260_301;

const { values } = parseArgs({ options: { people: { type: "string", default: "500" } } });
const people = Number(values.people);
const announce = (line: string): void => void process.stdout.write(`${line}\n`);
if (!Number.isSafeInteger(people) || people < 0 || people > 200_000) {
  announce("Use: npm run demo -- --people N, with N from 0 to 200000");
  process.exit(1);
}

const env = readEnv(undefined, { DATA_DIR: "./data-demo" });
const links: string[] = [];
let isReady = false;
const server = await startServer(env, {
  // Hint: the links of the sample members are used here; those of everybody else are for a person.
  announce: (line) => (line.includes("#token=") && !isReady ? void links.push(line) : announce(line)),
});
const made = await makeMembers(server, links);
if (made !== null) {
  announce(`Inventing ${people} people …`);
  const storage = await server.organisations.open(made.orgId);
  if (storage) await fillStudio(storage, { people, seed: SEED, by: made.ownerId, nowMs: systemClock() });
}
isReady = true;
announce(`\nLumiso demo is ready at ${server.url}`);
for (const { role, email, password } of signIns) announce(`  ${role.padEnd(9)} ${email}   ${password}`);

runUntilSignal(server);
