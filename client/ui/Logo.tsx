// Owns the mark of Lumiso as it is drawn on the page; the icons of the installed app are in public/icons.
import type { JSX } from "solid-js";

/** The mark: an opening of light in a frame. Beside its name it is silent. */
export function Logo(props: { readonly size?: number }): JSX.Element {
  return (
    <svg width={props.size ?? 28} height={props.size ?? 28} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <rect x="1" y="1" width="30" height="30" rx="9" class="fill-brand" />
      <path d="M10 8.5v12a3 3 0 0 0 3 3h9.5" stroke="#fff" stroke-width="3.2" stroke-linecap="round" />
      <circle cx="20" cy="12.5" r="4" fill="#fff" />
    </svg>
  );
}
