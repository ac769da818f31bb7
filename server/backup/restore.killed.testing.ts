// A process that restores a backup and kills itself at the n-th step: `node … <DATA_DIR> <folder> <n>`. It ends well when there is no such step.
import { systemClock, systemRandom } from "../clock.ts";
import { readEnv } from "../env.ts";
import { restoreBackup } from "./restore.ts";
import { settingsOf } from "./settings.ts";

const [dataDir, folder = "", fatal] = process.argv.slice(2);
const settings = settingsOf(readEnv({ DATA_DIR: dataDir }));
if (!settings.ok) throw new Error(settings.error.type);
let steps = 0;
const restored = await restoreBackup({
  ...settings.value,
  folder,
  replace: true,
  clock: systemClock,
  random: systemRandom,
  step: () => {
    steps += 1;
    if (steps === Number(fatal)) process.kill(process.pid, "SIGKILL");
  },
});
if (!restored.ok) throw new Error(restored.error.type);
process.stdout.write(`${steps}\n`);
