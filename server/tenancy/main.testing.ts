// Runs the two-tenant fuzz from the command line: `npm run tenancy -- --calls 20000 --seed 7`. Never part of the product.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { mixTenants } from "./mixing.testing.ts";

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "20000" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);

print(`tenancy: ${values.calls} calls each way, seed ${values.seed}`);
const report = await mixTenants({ seed: Number(values.seed), calls: Number(values.calls) });
print(JSON.stringify(report, null, 2));
process.exitCode = report.leaks.length + report.faults.length + report.changed.length === 0 ? 0 : 1;
