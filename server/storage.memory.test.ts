// Runs the storage's acceptance suite in memory.
import { seededRandom } from "./clock.testing.ts";
import { runStorageContract } from "./storage.contract.ts";
import type { StorageUnderTest } from "./storage.contract.setup.ts";
import { createMemoryDisk, createMemoryStorage } from "./storage.memory.ts";
import type { StorageAlarm } from "./storage.ts";

let count = 0;

runStorageContract("memory", async (): Promise<StorageUnderTest> => {
  count += 1;
  const random = seededRandom(`memory ${count}`);
  const disk = createMemoryDisk(random);
  const alarms: StorageAlarm[] = [];
  const open = () => createMemoryStorage({ random, disk, alarm: (alarm) => alarms.push(alarm) });
  const storage = open();
  const reopen = async () => {
    await storage.close();
    return open();
  };
  const loseKey: StorageUnderTest["loseKey"] = async (doc) => {
    disk.keys.delete(doc);
    return open();
  };
  return { storage, reopen, loseKey, alarms, dispose: () => storage.close() };
});
