// Owns the frame of one section of a person: its heading, its one act, its content.
import { createUniqueId } from "solid-js";
import type { JSX } from "solid-js";

export type SectionProps = { readonly title: string; readonly act?: JSX.Element; readonly children: JSX.Element };

/** A part of a person's page under a heading. */
export function Section(props: SectionProps): JSX.Element {
  const id = createUniqueId();
  return (
    <section class="border-t border-line pt-3 first:border-t-0 first:pt-0" aria-labelledby={id}>
      <div class="mb-1 flex min-h-touch items-center justify-between gap-2">
        <h3 id={id} class="font-semibold">
          {props.title}
        </h3>
        {props.act}
      </div>
      {props.children}
    </section>
  );
}
