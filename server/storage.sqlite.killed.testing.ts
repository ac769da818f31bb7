// A process that writes and erases in a folder and kills itself at one step: `node … <folder> <step>`.
// Prints each answer it got, so that the test knows what had been promised before the end.
import { creation, person, stateOf } from "./storage.contract.documents.ts";
import { createWorkshop } from "./storage.sqlite.testing.ts";

const [root, fatal] = process.argv.slice(2);
const workshop = createWorkshop("killed", root);
let armed = false;
const storage = await workshop.create({
  step: (step) => {
    if (armed && step === fatal) process.kill(process.pid, "SIGKILL");
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
await storage.commit([creation(person(1), "kept"), creation(person(2), "to be erased")]);
say("first");
armed = true;
await storage.commit([
  { doc: person(1), state: stateOf("kept twice"), expectedVersion: 1 },
  creation(person(3), "new"),
]);
say("second");
await storage.erase([person(2)], "R1", "2026-01-15T09:00:00.000Z");
say("erased");
