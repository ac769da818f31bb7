// Owns the taking along of what is not saved in the open studio, from the chip: read, worded, copied or written to a file.
// Words and readers come after the first screen; the first chunk holds none of them.
import { getOwner, onCleanup, runWithOwner } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { useStore } from "../store/use.tsx";
import type { ExportWay } from "../ui/sync.ts";
import { useToasts } from "../ui/toasts.ts";
import { shellText } from "./text.ts";

/** Loaded so long after the start, because they are needed most when nothing can be loaded any more. Units: ms. */
const LOAD_AFTER_MS = 6000;

const load = () => Promise.all([import("../unsaved.ts"), import("../copyOut.ts"), import("../store/unsaved.ts")]);

/** Makes the act; it works while the disk fails and without a network. Rule: CH8. */
export function useTakeOut(): (way: ExportWay) => Promise<void> {
  const t = useText(shellText);
  const store = useStore();
  const toasts = useToasts();
  const owner = getOwner();
  const timer = setTimeout(() => void load().catch(() => undefined), LOAD_AFTER_MS);
  onCleanup(() => clearTimeout(timer));
  return async (way) => {
    const [{ useLookups, useWriteUnsaved }, { copyOut }] = await load();
    const read = await store.unsaved();
    // Hint: the words follow the chosen language, which the owner carries.
    const written = runWithOwner(owner, () =>
      useWriteUnsaved()(read.changes, { names: read.names, look: useLookups()(read) }),
    );
    const text = [...(read.isWhole ? [] : [t("takeOut.partly")]), written ?? ""].join("\n\n");
    const became = await copyOut(way, { text, name: t("takeOut.file") });
    toasts.show({ text: t(`takeOut.${became}`) });
  };
}
