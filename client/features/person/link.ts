// Owns what an address typed for a link becomes. Never opens one.
import { isSafeLink } from "../../../shared/text.ts";

/** The address that was meant: without a scheme a mail or a web address; null when it may not stand in a link. Rule: NO7. */
export function toLink(typed: string): string | null {
  const text = typed.trim();
  if (text === "" || /\s/.test(text)) return null;
  if (isSafeLink(text)) return text;
  const hasScheme = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text);
  if (hasScheme || !text.includes(".")) return null;
  const href = /^[^/@]+@[^/@]+$/.test(text) ? `mailto:${text}` : `https://${text}`;
  return isSafeLink(href) ? href : null;
}
