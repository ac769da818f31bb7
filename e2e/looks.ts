// Owns the looks in which pictures are taken: three sizes, light and dark. Source: interface.md §6.

/** Desktop, tablet, phone. Units: pixels. */
export const sizes = [
  { width: 1440, height: 900 },
  { width: 1180, height: 820 },
  { width: 390, height: 844 },
] as const;

export const themes = ["light", "dark"] as const;

/** One picture of every screen. */
export type Look = { readonly viewport: (typeof sizes)[number]; readonly theme: (typeof themes)[number] };
