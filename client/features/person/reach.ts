// Owns the addresses by which a person is reached from a device: WhatsApp, a call, a mail. Never dials or sends.
import { phoneKey } from "../../../shared/turkish.ts";

/** The address of a WhatsApp conversation; null for a number whose country is not known. Rule: PE9. */
export function whatsappLink(phone: string): string | null {
  const key = phoneKey(phone);
  return /^\+[1-9]\d{6,14}$/.test(key) ? `https://wa.me/${key.slice(1)}` : null;
}

/** The address of a call; null for a text without figures. Rule: PE9. */
export function callLink(phone: string): string | null {
  const key = phoneKey(phone);
  return /\d{3}/.test(key) ? `tel:${key}` : null;
}

/** The address of a mail; what could end the address is encoded, so that it stays one recipient. Rule: PE9. Source: RFC 6068. */
export function mailLink(email: string): string | null {
  const [, name, host] = /^([^\s@]+)@([^\s@]+)$/.exec(email) ?? [];
  return name === undefined || host === undefined
    ? null
    : `mailto:${encodeURIComponent(name)}@${encodeURIComponent(host)}`;
}
