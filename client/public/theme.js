// Owns one thing: a chosen theme and language stand before the first pixel, so that a dim studio sees no white flash.
// Keys are those of client/preferences.ts. A file of its own, because the page allows no inline script.
try {
  const theme = localStorage.getItem("lumiso.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const locale = localStorage.getItem("lumiso.locale");
  if (locale === "en") document.documentElement.lang = locale;
} catch {
  // Storage is blocked: the operating system's theme and Turkish stand.
}
