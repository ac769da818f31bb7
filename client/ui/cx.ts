// Owns the joining of class names. Never knows a class.

/** Joins class names and leaves out what is absent. */
export const cx = (...names: readonly (string | false | null | undefined)[]): string => names.filter(Boolean).join(" ");
