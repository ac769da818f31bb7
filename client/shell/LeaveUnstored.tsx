// Owns how the question looks before a studio is left with changes that the device could not store.
// Never leaves by itself (leaveUnstored.ts).
import Copy from "lucide-solid/icons/copy";
import Download from "lucide-solid/icons/download";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { useSession } from "../session.ts";
import { Button } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import type { ExportWay } from "../ui/sync.ts";
import type { HeldBack } from "./leaveUnstored.ts";
import { unstoredText } from "./unstoredText.ts";

/** Asks: take them along, stay, or give them up in words. Rule: ME11. */
export function LeaveUnstored(props: {
  readonly held: HeldBack;
  readonly onExport: (way: ExportWay) => void;
}): JSX.Element {
  const t = useText(unstoredText);
  const session = useSession();
  return (
    <ConfirmDialog
      open
      onOpenChange={() => props.held.stay()}
      title={t("title")}
      goes={[t("goes")]}
      stays={[t("stays")]}
      typeName={session.me()?.name}
      confirm={t("confirm")}
      onConfirm={() => props.held.leave()}
    >
      <div class="flex gap-2 [&>button]:flex-1">
        <Button icon={Copy} onClick={() => props.onExport("copy")}>
          {t("copy")}
        </Button>
        <Button icon={Download} onClick={() => props.onExport("download")}>
          {t("download")}
        </Button>
      </div>
    </ConfirmDialog>
  );
}
