// Owns the random values that open something: tokens of sessions and links, and random ids.
// Never stores one in clear: what is kept is the hash.
import { createHash } from "node:crypto";
import { randomText } from "../clock.ts";
import type { RandomBytes } from "../clock.ts";

const tokenForm = /^[A-Za-z0-9_-]{43}$/;
const idLetters = "abcdefghijklmnopqrstuvwxyz234567";

/** A new secret. Shape: 43 characters base64url of 32 random bytes. */
export const newToken = (random: RandomBytes): string => randomText(random, 32);

/** Tells whether a text can be a token at all. */
export const isToken = (text: string): boolean => tokenForm.test(text);

/** What is kept of a token. Units: SHA-256, hexadecimal. Rule: AU5. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");

/** A new id of a user, studio, session or invitation. Shape: 24 lower-case letters and digits, 120 random bits. */
export const newId = (random: RandomBytes): string =>
  Array.from(random(24), (byte) => idLetters.charAt(byte % idLetters.length)).join("");
