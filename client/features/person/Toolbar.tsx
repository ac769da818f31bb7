// Owns the row of formatting above an open note, and the line in which a link is written. Acts on the editor it is given.
import type { Editor } from "@tiptap/core";
import Bold from "lucide-solid/icons/bold";
import ExternalLink from "lucide-solid/icons/external-link";
import Heading from "lucide-solid/icons/heading";
import Italic from "lucide-solid/icons/italic";
import Link from "lucide-solid/icons/link";
import List from "lucide-solid/icons/list";
import ListChecks from "lucide-solid/icons/list-checks";
import ListOrdered from "lucide-solid/icons/list-ordered";
import Redo2 from "lucide-solid/icons/redo-2";
import Undo2 from "lucide-solid/icons/undo-2";
import Unlink from "lucide-solid/icons/unlink";
import { createSignal, For, onCleanup, onMount, Show } from "solid-js";
import type { Accessor, JSX } from "solid-js";
import { isSafeLink } from "../../../shared/text.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button, IconButton, iconButtonClass } from "../../ui/Button.tsx";
import type { Icon } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { nextIndex } from "../../ui/keys.ts";
import { TextField } from "../../ui/TextField.tsx";
import { toLink } from "./link.ts";
import { personText } from "./text.ts";

type Name = "bold" | "italic" | "heading" | "bullets" | "numbers" | "tasks" | "link" | "undo" | "redo";

type Tool = {
  readonly name: Name;
  readonly icon: Icon;
  readonly isOn?: (editor: Editor) => boolean;
  readonly can?: (editor: Editor) => boolean;
  readonly run: (editor: Editor) => void;
};

const tools: readonly Tool[] = [
  { name: "bold", icon: Bold, isOn: (e) => e.isActive("bold"), run: (e) => e.chain().focus().toggleBold().run() },
  {
    name: "italic",
    icon: Italic,
    isOn: (e) => e.isActive("italic"),
    run: (e) => e.chain().focus().toggleItalic().run(),
  },
  {
    name: "heading",
    icon: Heading,
    isOn: (e) => e.isActive("heading"),
    run: (e) => e.chain().focus().toggleHeading({ level: 2 }).run(),
  },
  {
    name: "bullets",
    icon: List,
    isOn: (e) => e.isActive("bulletList"),
    run: (e) => e.chain().focus().toggleBulletList().run(),
  },
  {
    name: "numbers",
    icon: ListOrdered,
    isOn: (e) => e.isActive("orderedList"),
    run: (e) => e.chain().focus().toggleOrderedList().run(),
  },
  {
    name: "tasks",
    icon: ListChecks,
    isOn: (e) => e.isActive("taskList"),
    run: (e) => e.chain().focus().toggleTaskList().run(),
  },
  { name: "link", icon: Link, isOn: (e) => e.isActive("link"), run: () => undefined },
  { name: "undo", icon: Undo2, can: (e) => e.can().undo(), run: (e) => e.chain().focus().undo().run() },
  { name: "redo", icon: Redo2, can: (e) => e.can().redo(), run: (e) => e.chain().focus().redo().run() },
];

/** Formatting of the selected text. Arrow keys move along the row. Rule: NO7. Source: WAI-ARIA Authoring Practices, toolbar. */
export function Toolbar(props: { readonly editor: Editor }): JSX.Element {
  const t = useText(personText);
  const now = createEditorState(() => props.editor);
  const [active, setActive] = createSignal(0);
  const [linking, setLinking] = createSignal(false);
  let row: HTMLDivElement | undefined;
  const move = (event: KeyboardEvent): void => {
    const next = nextIndex(event.key, { at: active(), count: tools.length, along: "row" });
    if (next === null) return;
    event.preventDefault();
    setActive(next);
    row?.querySelectorAll("button")[next]?.focus();
  };
  const press = (tool: Tool): void => {
    if (tool.name === "link") setLinking(!linking());
    else if (tool.can?.(props.editor) ?? true) tool.run(props.editor);
  };
  return (
    <div class="sticky top-0 z-5 -mx-1 border-b border-line bg-surface pb-1">
      <div
        ref={(element) => (row = element)}
        class="flex flex-wrap"
        role="toolbar"
        aria-label={t("editor.toolbar")}
        onKeyDown={move}
      >
        <For each={tools}>
          {(tool, index) => (
            <IconButton
              icon={tool.icon}
              label={t(`editor.${tool.name}`)}
              tabIndex={index() === active() ? 0 : -1}
              aria-pressed={tool.isOn === undefined ? undefined : tool.isOn(now())}
              aria-disabled={tool.can !== undefined && !tool.can(now())}
              class={cx(
                "aria-pressed:bg-tint aria-pressed:text-on-tint aria-disabled:opacity-40",
                tool.name === "undo" && "ml-auto",
              )}
              onMouseDown={keepFocus}
              onFocus={() => setActive(index())}
              onClick={() => press(tool)}
            />
          )}
        </For>
      </div>
      <Show when={linking()}>
        <LinkLine editor={props.editor} onDone={() => setLinking(false)} />
      </Show>
    </div>
  );
}

/** Hint: a press must not take the selection that it is meant for. */
const keepFocus = (event: MouseEvent): void => event.preventDefault();

/** The editor itself, said anew after each of its changes. */
function createEditorState(editor: Accessor<Editor>): Accessor<Editor> {
  const [state, setState] = createSignal(editor(), { equals: false });
  const renew = (): void => void setState(() => editor());
  onMount(() => editor().on("transaction", renew));
  onCleanup(() => editor().off("transaction", renew));
  return state;
}

function LinkLine(props: { readonly editor: Editor; readonly onDone: () => void }): JSX.Element {
  const t = useText(personText);
  const current = (): string => String(props.editor.getAttributes("link")["href"] ?? "");
  const [address, setAddress] = createSignal(current());
  const [isBad, setBad] = createSignal(false);
  let field: HTMLInputElement | undefined;
  onMount(() => field?.focus());
  const save = (event: Event): void => {
    event.preventDefault();
    const href = toLink(address());
    if (href === null) return void setBad(true);
    putLink(props.editor, href);
    props.onDone();
  };
  const remove = (): void => {
    props.editor.chain().focus().extendMarkRange("link").unsetLink().run();
    props.onDone();
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    props.editor.commands.focus();
    props.onDone();
  };
  return (
    <form class="flex flex-wrap items-end gap-2 p-1" onSubmit={save} onKeyDown={keys}>
      <TextField
        ref={(element) => (field = element)}
        label={t("editor.linkField")}
        class="min-w-40 flex-1"
        inputMode="url"
        placeholder="https://"
        value={address()}
        error={isBad() ? t("editor.linkBad") : undefined}
        onInput={(event) => {
          setBad(false);
          setAddress(event.currentTarget.value);
        }}
      />
      <Button type="submit" tone="primary">
        {t("editor.linkSave")}
      </Button>
      <Show when={isSafeLink(current())}>
        <a
          class={iconButtonClass()}
          href={current()}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t("editor.linkOpen")}
          title={t("editor.linkOpen")}
        >
          <ExternalLink size={20} aria-hidden="true" />
        </a>
        <IconButton icon={Unlink} label={t("editor.linkRemove")} onClick={remove} />
      </Show>
    </form>
  );
}

/** Links what is selected, or the link the caret is in; with neither the address itself is written. */
function putLink(editor: Editor, href: string): void {
  const isBare = editor.state.selection.empty && !editor.isActive("link");
  const chain = editor.chain().focus();
  if (isBare) chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
  else chain.extendMarkRange("link").setLink({ href }).run();
}
