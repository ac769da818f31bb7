// Owns the choice of a file: by a button, or dropped. Never reads it.
import Upload from "lucide-solid/icons/upload";
import { createSignal, createUniqueId, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { buttonClass } from "./Button.tsx";
import { cx } from "./cx.ts";
import { FieldError } from "./Field.tsx";
import { uiText } from "./text.ts";

export type FileDropProps = {
  readonly label: string;
  /** Endings and types as an input takes them, such as `.vcf,.csv`. */
  readonly accept: string;
  readonly multiple?: boolean | undefined;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly onFiles: (files: readonly File[]) => void;
};

/** A place to drop files on, and the button for everybody who does not drag. */
export function FileDrop(props: FileDropProps): JSX.Element {
  const t = useText(uiText);
  const id = createUniqueId();
  const [over, setOver] = createSignal(false);
  const take = (files: FileList | null | undefined): void => {
    const list = [...(files ?? [])];
    if (list.length > 0) props.onFiles(props.multiple ? list : list.slice(0, 1));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files);
  };
  return (
    <div
      class={cx(
        "flex flex-col items-center gap-2 rounded-card border-2 border-dashed px-6 py-10 text-center transition-colors",
        over() ? "border-primary bg-tint" : "border-line bg-surface",
      )}
      role="group"
      aria-label={props.label}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Upload size={24} class="text-muted" aria-hidden="true" />
      <p class="hidden pointer-fine:block">{t("dropFile")}</p>
      <label
        class={cx(
          buttonClass("plain"),
          "focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-primary",
        )}
      >
        {t("chooseFile")}
        <input
          type="file"
          class="sr-only"
          accept={props.accept}
          multiple={props.multiple ?? false}
          aria-describedby={props.error === undefined ? undefined : `${id}-error`}
          onChange={(event) => {
            take(event.currentTarget.files);
            // Hint: choosing the same file again must tell again.
            event.currentTarget.value = "";
          }}
        />
      </label>
      <Show when={props.hint}>{(hint) => <p class="max-w-md text-xs text-pretty text-muted">{hint()}</p>}</Show>
      <Show when={props.error}>{(error) => <FieldError id={`${id}-error`} text={error()} />}</Show>
    </div>
  );
}
