// Owns the nodes and marks of the note editor: exactly those of shared/text.ts, no more and no fewer.
// What comes in by pasting is cut to what the server takes, because one unlawful attribute would have the whole change refused.
// Never makes an editor (editor.ts); runs without a page.
import { Extension } from "@tiptap/core";
import type { AnyExtension } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading } from "@tiptap/extension-heading";
import { Italic } from "@tiptap/extension-italic";
import { Link } from "@tiptap/extension-link";
import { BulletList, ListItem, ListKeymap, OrderedList, TaskItem, TaskList } from "@tiptap/extension-list";
import { Mention } from "@tiptap/extension-mention";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Text } from "@tiptap/extension-text";
import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import { recordLimits } from "../../../shared/limits.ts";
import { isSafeLink, MAX_TEXT_DEPTH, MAX_TEXT_LENGTH, textMarks, textNodes } from "../../../shared/text.ts";

const SafeOrderedList = OrderedList.extend({
  addAttributes() {
    return {
      start: {
        default: 1,
        parseHTML: (element) => {
          const start = Number(element.getAttribute("start") ?? "1");
          return Number.isSafeInteger(start) && start >= 0 ? start : 1;
        },
      },
      type: { default: null, parseHTML: () => null },
    };
  },
});

const plain = { default: null, parseHTML: () => null };

const SafeLink = Link.extend({
  addAttributes() {
    return { href: { default: null }, target: plain, rel: plain, class: plain, title: plain };
  },
  renderHTML({ HTMLAttributes }) {
    const href: unknown = HTMLAttributes["href"];
    // Hint: whatever a colleague's device stored, the address is judged again and the page never gets a handle on ours.
    return ["a", { href: isSafeLink(href) ? href : "", target: "_blank", rel: "noopener noreferrer nofollow" }, 0];
  },
});

const SafeMention = Mention.extend({
  // Hint: a pasted mention would name whom the clipboard says; members are mentioned by typing.
  parseHTML: () => [],
  // Hint: until members are offered while an @ is typed, it is a letter like any other.
  addProseMirrorPlugins: () => [],
  addKeyboardShortcuts: () => ({}),
});

/** Every node and mark of a note. `checkbox` is what is read out for the box of a checklist item. Rule: NO3. */
export const noteSchema = (checkbox: (text: string, checked: boolean) => string): AnyExtension[] => [
  Document,
  Text,
  Paragraph,
  HardBreak,
  Bold,
  Italic,
  Heading.configure({ levels: [1, 2, 3] }),
  BulletList,
  SafeOrderedList,
  ListItem,
  ListKeymap,
  TaskList,
  TaskItem.configure({
    nested: true,
    a11y: { checkboxLabel: (node, checked) => checkbox(node.textContent, checked) },
  }),
  SafeLink.configure({
    openOnClick: false,
    autolink: true,
    linkOnPaste: true,
    defaultProtocol: "https",
    isAllowedUri: (url) => isSafeLink(url),
  }),
  SafeMention,
];

/** What has no room for more text: the note itself, or the record it is in. */
export type Full = "note" | "record";

/** Asks whether the record has room, and is told when something is full. */
export type Fullness = { readonly hasRoom: () => boolean; readonly onFull: (what: Full) => void };

/** Refuses a member's own change that would make a note the server does not take; says when something is full. Rules: NO6, LI6. */
export const lawfulNotes = ({ hasRoom, onFull }: Fullness): AnyExtension =>
  Extension.create({
    name: "lawfulNotes",
    addProseMirrorPlugins: () => [
      new Plugin({
        key: new PluginKey("lawfulNotes"),
        filterTransaction: (transaction, state) => {
          if (!transaction.docChanged || transaction.getMeta(ySyncPluginKey) !== undefined) return true;
          const full = whatIsFull(state.doc, transaction.doc, hasRoom);
          if (full !== null) onFull(full);
          return full === null && isLawfulNode(transaction.doc);
        },
      }),
    ],
  });

/** What a change has no room for; what is too long already can still be made shorter. Rule: LI6. */
export function whatIsFull(before: Node, after: Node, hasRoom: () => boolean): Full | null {
  if (after.content.size <= before.content.size) return null;
  const letters = after.textContent.length;
  // Hint: what is not a letter is the begin or the end of a line or list.
  const lines = (after.content.size - letters) / 2;
  if (letters > MAX_TEXT_LENGTH || lines > recordLimits.linesPerNote) return "note";
  return hasRoom() ? null : "record";
}

/** Tells whether a whole note has only lawful attributes and is not nested too deep. Rule: NO6. */
export function isLawfulNode(root: Node): boolean {
  const pending = [{ node: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, depth } = next;
    if (depth > MAX_TEXT_DEPTH || (depth > 0 && !isLawfulAlone(node))) return false;
    node.forEach((child) => pending.push({ node: child, depth: depth + 1 }));
  }
  return true;
}

function isLawfulAlone(node: Node): boolean {
  const marks = node.marks.every((mark) => fits(mark.attrs, textMarks[mark.type.name]));
  return marks && (node.isText || fits(node.attrs, textNodes[node.type.name]));
}

type Checks = Readonly<Record<string, (value: unknown) => boolean>>;

const fits = (attrs: Readonly<Record<string, unknown>>, checks: Checks | undefined): boolean =>
  checks !== undefined && Object.entries(attrs).every(([name, value]) => checks[name]?.(value) ?? false);
