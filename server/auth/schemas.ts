// Owns the form of what people type into sign-in and team: addresses, names, passwords, tokens.
// Never decides by content: whether a password is good enough needs the person (passwords.ts).
import * as v from "valibot";
import { roles } from "../../policy/roles.ts";
import { locales } from "../../shared/studio.ts";
import { phoneKey } from "../../shared/turkish.ts";
import { isToken } from "./secrets.ts";

/** An e-mail address, brought to the one form that is compared: trimmed, lower case, NFC. Rule: AU1. */
export const email = v.pipe(
  v.string(),
  v.transform((text) => text.trim().toLowerCase().normalize("NFC")),
  v.maxLength(254),
  v.rfcEmail(),
);

// Control characters, and the direction marks that turn the rest of a line around.
const plainText = /^[^\p{Cc}\u202A-\u202E\u2066-\u2069]+$/u;

/** The name of a person or a studio. Units: UTF-16 code units. Source: domain.md §2. */
export const name = v.pipe(
  v.string(),
  v.transform((text) => text.trim().normalize("NFC")),
  v.minLength(1),
  v.maxLength(255),
  v.regex(plainText),
);

/** A password on its way to be compared or hashed; the bound is above the longest that may be chosen. */
export const password = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));

/** A secret from a link. */
export const token = v.pipe(v.string(), v.check(isToken));

/** The language of a person. */
export const locale = v.picklist(locales);

/** A role in a studio. */
export const role = v.picklist(roles);

/** A telephone number, kept as E.164; null takes it away. Source: R04. */
export const phone = v.nullable(
  v.pipe(v.string(), v.maxLength(20), v.transform(phoneKey), v.regex(/^\+[1-9]\d{6,14}$/)),
);
