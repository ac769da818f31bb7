// Runs the fuzz from the command line: `npm run fuzz -- --frames 1000000 --seed 7`. One frame of two hundred goes over real sockets.
// Never part of the product. Ends with 1 when something went wrong; a slow frame is printed whole, so that it can be tried again.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { createDice } from "../demo/random.ts";
import { fuzzInside } from "./inside.testing.ts";
import { fuzzOutside } from "./outside.testing.ts";

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const frames = Number(values.frames);
const dice = createDice(Number(values.seed));
print(`fuzz: ${frames} frames, seed ${values.seed}`);
const { corpus, report: outside } = await fuzzOutside(dice, Math.ceil(frames / 200));
print(`over sockets: ${JSON.stringify(outside, null, 2)}`);
const inside = await fuzzInside(corpus, dice, frames - outside.frames);
print(`inside: ${JSON.stringify(inside, null, 2)}`);
process.exit(outside.faults.length + inside.faults.length + inside.slow.length === 0 ? 0 : 1);
