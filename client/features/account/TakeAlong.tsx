// Owns taking along what was not sent, in readable words, before it is given up: to the clipboard or as a file.
// Never sends or keeps anything.
import Copy from "lucide-solid/icons/copy";
import Download from "lucide-solid/icons/download";
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { useSession } from "../../session.ts";
import { Button } from "../../ui/Button.tsx";
import { useToasts } from "../../ui/toasts.ts";
import type { LeftStudio } from "./leaving.ts";
import { leaveText } from "./leaveText.ts";
import { useUnsentText } from "./unsentText.ts";

/** Copies or downloads what was not sent. Rule: ME1. */
export function TakeAlong(props: { readonly studios: readonly LeftStudio[] }): JSX.Element {
  const t = useText(leaveText);
  const session = useSession();
  const toasts = useToasts();
  const unsentText = useUnsentText();
  const read = (): Promise<string> => unsentText(session.member() ?? "", props.studios);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(await read());
    toasts.show({ text: t("out.copied") });
  };
  const download = async (): Promise<void> => {
    const address = URL.createObjectURL(new Blob([await read()], { type: "text/plain;charset=utf-8" }));
    Object.assign(document.createElement("a"), { href: address, download: `${t("out.file")}.txt` }).click();
    URL.revokeObjectURL(address);
  };
  return (
    <div class="flex gap-2 [&>button]:flex-1">
      <Button icon={Copy} onClick={() => void copy()}>
        {t("out.copy")}
      </Button>
      <Button icon={Download} onClick={() => void download()}>
        {t("out.download")}
      </Button>
    </div>
  );
}
