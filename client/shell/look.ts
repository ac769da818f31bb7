// Owns looks that two files of the shell share. Never a component.

/** The button with the member's face, closed and open. */
export const memberButton = "flex size-touch items-center justify-center rounded-full hover:bg-hover";
