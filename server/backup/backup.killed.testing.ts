// A process that makes a backup and kills itself at one step: `node … <DATA_DIR> <folder> <step>`.
import { systemRandom } from "../clock.ts";
import { readEnv } from "../env.ts";
import { makeBackup } from "./backup.ts";
import { settingsOf } from "./settings.ts";

const [dataDir, folder = "", fatal] = process.argv.slice(2);
const settings = settingsOf(readEnv({ DATA_DIR: dataDir }));
if (!settings.ok) throw new Error(settings.error.type);
await makeBackup({
  ...settings.value,
  folder,
  random: systemRandom,
  clock: () => Date.now() + 24 * 60 * 60 * 1000,
  step: (step) => {
    if (step === fatal) process.kill(process.pid, "SIGKILL");
  },
});
