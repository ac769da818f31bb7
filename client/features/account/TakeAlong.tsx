// Owns taking along what was not sent, in readable words, before it is given up: to the clipboard or as a file.
// Never sends or keeps anything; how changes read is said in client/unsaved.ts.
import Copy from "lucide-solid/icons/copy";
import Download from "lucide-solid/icons/download";
import type { JSX } from "solid-js";
import { copyOut } from "../../copyOut.ts";
import { useText } from "../../i18n/i18n.ts";
import { useSession } from "../../session.ts";
import { openStudioDb } from "../../store/db.ts";
import { readUnsaved } from "../../store/unsaved.ts";
import type { AllUnsaved } from "../../store/unsaved.ts";
import { Button } from "../../ui/Button.tsx";
import type { ExportWay } from "../../ui/sync.ts";
import { useToasts } from "../../ui/toasts.ts";
import { useLookups, useWriteUnsaved } from "../../unsaved.ts";
import type { LeftStudio } from "./leaving.ts";
import { leaveText } from "./leaveText.ts";

/** Copies or downloads what was not sent, studio by studio. Rule: ME1. */
export function TakeAlong(props: { readonly studios: readonly LeftStudio[] }): JSX.Element {
  const t = useText(leaveText);
  const session = useSession();
  const toasts = useToasts();
  const lookups = useLookups();
  const write = useWriteUnsaved();
  const take = async (way: ExportWay): Promise<void> => {
    const parts: string[] = [];
    for (const { org, name } of props.studios) {
      const read = await readStudio(session.member() ?? "", org);
      parts.push(`${name}\n\n${write(read.changes, { names: read.names, look: lookups(read) })}`);
    }
    const became = await copyOut(way, { text: parts.join("\n\n"), name: t("out.file") });
    toasts.show({ text: t(`out.${became}`) });
  };
  return (
    <div class="flex gap-2 [&>button]:flex-1">
      <Button icon={Copy} onClick={() => void take("copy")}>
        {t("out.copy")}
      </Button>
      <Button icon={Download} onClick={() => void take("download")}>
        {t("out.download")}
      </Button>
    </div>
  );
}

async function readStudio(user: string, org: string): Promise<AllUnsaved> {
  const db = openStudioDb({ user, org });
  try {
    return await readUnsaved(db);
  } finally {
    db.close();
  }
}
