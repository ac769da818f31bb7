// Owns what a member sees of changes that the server did not take: what, when, why; to copy out or to give up on purpose.
// Never sends anything again by itself.
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useFormat } from "../i18n/format.ts";
import { useText } from "../i18n/i18n.ts";
import type { QuarantineRow } from "../store/db.ts";
import { useStore } from "../store/use.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { useToasts } from "../ui/toasts.ts";
import { contentOf, reasonWord } from "./refused.ts";
import { refusedText } from "./refusedText.ts";

/** The list of what was put aside. Rule: UI19. Source: interface.md §5. */
export function Refused(props: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}): JSX.Element {
  const t = useText(refusedText);
  const store = useStore();
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t("title")} description={t("body")}>
      <ul class="flex flex-col gap-3">
        <For each={store.quarantine()} fallback={<li class="text-muted">{t("none")}</li>}>
          {(row) => <Row row={row} />}
        </For>
      </ul>
    </Dialog>
  );
}

function Row(props: { readonly row: QuarantineRow }): JSX.Element {
  const t = useText(refusedText);
  const format = useFormat();
  const store = useStore();
  const toasts = useToasts();
  const content = (): string => contentOf(props.row);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(content());
    toasts.show({ text: t("copied") });
  };
  const discard = async (): Promise<void> => {
    await store.discardQuarantined(props.row.id);
    toasts.show({ text: t("discarded") });
  };
  return (
    <li class="rounded-card border border-line p-3">
      <p class="font-medium">{t(`reason.${reasonWord(props.row.reason)}`)}</p>
      <p class="text-sm text-muted">{format().dateTime(props.row.at)}</p>
      <p class="mt-2 text-sm break-words whitespace-pre-wrap">{content() || t("empty")}</p>
      <div class="mt-3 flex flex-wrap gap-2">
        <Show when={content() !== ""}>
          <Button onClick={() => void copy()}>{t("copy")}</Button>
        </Show>
        <Button tone="quiet" onClick={() => void discard()}>
          {t("discard")}
        </Button>
      </div>
    </li>
  );
}
