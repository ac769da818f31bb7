// Owns the command line of an operator: `node server/cli.ts <command>`. Exit codes: 0 done, 1 not done, 2 asked wrongly.
// Never prints what people entered: ids, counts and names of files only. Progress and errors go to stderr.
import { parseArgs } from "node:util";
import { runBackup, runRegister, runRestore } from "./backup/commands.ts";
import { readEnv } from "./env.ts";

const USAGE = `lumiso backup <folder>                 makes a backup, also while the server runs
lumiso backup --check <folder>         tells whether the newest backup is valid (--set <name>: that one)
                                       --within <hours>: and not older than that
lumiso register <file>                 adds what was erased and who has which role to a file, to be kept elsewhere
lumiso restore <folder>                puts the newest backup in place while no server runs (--set <name>: that one)
                                       --register <file>: nothing comes back that it knows to be erased
                                       --without-register: there is none, and no data here to tell it either
                                       --replace: the data that is here goes
lumiso restore <folder> --document <studio>/<document>
                                       merges one document into the running studio
`;

const options = {
  check: { type: "boolean", default: false },
  set: { type: "string" },
  within: { type: "string" },
  register: { type: "string" },
  "without-register": { type: "boolean", default: false },
  replace: { type: "boolean", default: false },
  document: { type: "string" },
} as const;

try {
  const { positionals, values } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  const [command, place, ...rest] = positionals;
  const commands = { backup: runBackup, register: runRegister, restore: runRestore };
  const run = Object.entries(commands).find(([name]) => name === command)?.[1];
  if (run === undefined || place === undefined || rest.length > 0) throw new TypeError("command");
  process.exitCode = await run({ place, ...values, env: readEnv(), print: printLine, report: reportLine });
} catch (error) {
  // Hint: parseArgs says by a TypeError what nobody could have meant.
  const isUsage = error instanceof TypeError;
  process.stderr.write(isUsage ? USAGE : `lumiso: ${error instanceof Error ? error.message : "unknown"}\n`);
  process.exitCode = isUsage ? 2 : 1;
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function reportLine(line: string): void {
  process.stderr.write(`${line}\n`);
}
