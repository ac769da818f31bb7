// Owns the schemas of single values that several collections share, with the limits of domain.md §2.
// Never normalises for display (turkish.ts) and never knows a collection.
import * as v from "valibot";
import { isMemberId, isUuid } from "./document.ts";

/** Names and short texts. Units: UTF-16 code units. Source: domain.md §2. */
export const shortText = v.pipe(v.string(), v.minLength(1), v.maxLength(255));

/** Longer texts without form, such as an address. */
export const longText = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));

/** An e-mail address as people write it; only its plausibility is checked. */
export const emailText = v.pipe(v.string(), v.maxLength(254), v.regex(/^[^\s@]+@[^\s@]+$/));

/** A telephone number as people write it: `+`, digits, spaces, brackets, hyphens. */
export const phoneText = v.pipe(v.string(), v.minLength(3), v.maxLength(20), v.regex(/^[+0-9 ()-]+$/));

/** An instant in UTC with milliseconds. */
export const instant = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/));

/** A random id (UUID v4, lower case). */
export const uuid = v.pipe(v.string(), v.check(isUuid));

/** A key of a seeded item or the id of one that the studio made. */
export const reference = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/));

/** The id of a member; the server gives it. */
export const memberId = v.pipe(v.string(), v.check(isMemberId));

/** A position between neighbours, so that two people can reorder at once. Source: fractional indexing, base 62. */
export const rank = v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,64}$/));

/** A colour. Shape: `#RRGGBB`. */
export const colour = v.pipe(v.string(), v.regex(/^#[0-9A-Fa-f]{6}$/));

/** A language tag such as `tr` or `en-GB`. */
export const languageTag = v.pipe(v.string(), v.regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/));
