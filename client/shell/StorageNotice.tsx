// Owns how news of this device's storage looks: a quiet bar above the screens that says what happened and what helps.
// Never finds anything out (storage.ts).
import CircleAlert from "lucide-solid/icons/circle-alert";
import RefreshCw from "lucide-solid/icons/refresh-cw";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { useStore } from "../store/use.tsx";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import type { Storage, StorageNews } from "./storage.ts";
import { storageText } from "./storageText.ts";

/** Says what became of the storage. Rules: S61, S64, S68. */
export function StorageNotice(props: { readonly storage: Storage; readonly news: StorageNews }): JSX.Element {
  const t = useText(storageText);
  const store = useStore();
  const text = (): string => {
    if (props.news === "freed") return t("freed", props.storage.freed());
    if (props.news !== "cleared") return t(props.news);
    const cleared = t(store.status().isOffline ? "clearedOffline" : "cleared");
    return props.storage.rescued > 0 ? `${cleared} ${t("rescued", props.storage.rescued)}` : cleared;
  };
  const isBad = (): boolean => props.news === "full" || props.news === "lost";
  const isRead = (): boolean => props.news === "cleared" || props.news === "freed";
  return (
    <div
      class={cx(
        "flex min-h-14 shrink-0 items-center gap-3 border-b border-line px-4 py-1.5 text-sm",
        isBad() ? "bg-danger-tint" : "bg-warn-tint",
      )}
      role={isBad() ? "alert" : "status"}
      data-storage={props.news}
    >
      <Show when={isBad()}>
        <CircleAlert size={20} class="shrink-0 text-danger" aria-hidden="true" />
      </Show>
      <span class="min-w-0 flex-1 text-pretty">{text()}</span>
      <Show when={props.news === "newer" || props.news === "blocked"}>
        <Button icon={RefreshCw} onClick={() => location.reload()}>
          {t("reload")}
        </Button>
      </Show>
      <Show when={isRead()}>
        <Button onClick={() => props.storage.close()}>{t("close")}</Button>
      </Show>
    </div>
  );
}
