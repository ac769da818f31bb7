// Owns a small window beside its button, for details that are looked at. Never for choices (Menu, Select) or forms (Dialog).
import * as KPopover from "@kobalte/core/popover";
import type { JSX } from "solid-js";

export type PopoverProps = {
  readonly trigger: JSX.Element;
  readonly triggerClass?: string | undefined;
  /** What others find the button by, whether it is open or not. */
  readonly triggerData?: Readonly<Record<`data-${string}`, string>> | undefined;
  readonly label?: string | undefined;
  readonly title: string;
  readonly defaultOpen?: boolean | undefined;
  readonly children: JSX.Element;
};

/** Details beside a button; Escape and a tap elsewhere close it. */
export function Popover(props: PopoverProps): JSX.Element {
  return (
    <KPopover.Root placement="bottom-end" gutter={6} defaultOpen={props.defaultOpen ?? false}>
      <KPopover.Trigger {...props.triggerData} class={props.triggerClass} aria-label={props.label} title={props.label}>
        {props.trigger}
      </KPopover.Trigger>
      <KPopover.Portal>
        <KPopover.Content class="z-50 max-h-[80dvh] w-80 max-w-[calc(100vw-1rem)] animate-appear overflow-y-auto rounded-card border border-line bg-raised p-4 text-ink shadow-float outline-none">
          <KPopover.Title class="font-semibold">{props.title}</KPopover.Title>
          {props.children}
        </KPopover.Content>
      </KPopover.Portal>
    </KPopover.Root>
  );
}
