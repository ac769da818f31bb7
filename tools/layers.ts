// Owns the layer rules: who may import whom, and where time, randomness and the environment may be read.
// Never holds habits of style; those stand in ../oxlint.config.ts. Every rule here is broken once in layers.test.ts.
// Hint: two forms that look right fail silently in oxlint: a negated glob in a `group`, and a `regex` with look-ahead.

import type { OxlintConfig } from "oxlint";

type Override = NonNullable<OxlintConfig["overrides"]>[number];
type Fence = { regex: string; message: string; allowTypeImports?: boolean };

const serverLibraries = "hono|ws|kysely|better-sqlite3|lucia|nodemailer|pino";

/** Import patterns that each layer refuses, with the sentence that says where to go instead. */
export const fences = {
  sharedIsLowest: {
    regex: "^(\\.\\./)+(policy|server|client)/",
    message: "shared/ is the lowest layer: move what both need into shared/, or pass it in.",
  },
  policyStandsOnShared: {
    regex: "^(\\.\\./)+(server|client)/",
    message: "policy/ stands on shared/ alone: server/ and client/ ask it, never the other way round.",
  },
  noInputOutput: {
    regex: `^(node:|(${serverLibraries}|dexie|solid-js|y-websocket)($|/)|@hono/|@solid|@node-rs/)`,
    message: "shared/ and policy/ do no input or output: leave this library to server/ or client/ and pass values in.",
  },
  serverWithoutClient: {
    regex: "^(\\.\\./)+client/",
    message: "server/ never imports client/: what both need belongs in shared/.",
  },
  signInLibrary: {
    regex: "^lucia($|/)",
    message: "Only server/auth/ knows the sign-in library: ask its middleware for the principal.",
  },
  testHelpers: {
    regex: "(^|/)testing\\.ts$|\\.testing\\.ts$",
    message: "Test helpers stay in tests.",
  },
  serverTypesOnly: {
    regex: "^(\\.\\./)+server/",
    allowTypeImports: true,
    message: "client/ takes only types from server/ (`import type`): code that both need belongs in shared/.",
  },
  serverLibraries: {
    regex: `^(node:|(${serverLibraries})($|/)|@hono/|@node-rs/)`,
    allowTypeImports: true,
    message: "This library runs on the server only.",
  },
  storeBelowScreens: {
    regex: "^(\\.\\./)+(ui|features)/",
    message: "client/store/ is below the screens: return data, and let the screen show it.",
  },
  plainComponents: {
    regex: "^(\\.\\./)+(store|features)/",
    message: "client/ui/ holds plain components: take the data as props, and let a feature read the store.",
  },
  islands: {
    // Features are flat folders, so `../name` always leads to a neighbour.
    regex: "^\\.\\./[a-zA-Z]|/features/",
    message: "Features are islands: move what two of them need into shared/, client/store/ or client/ui/.",
  },
} satisfies Record<string, Fence>;

/** What each layer may not read from its surroundings, with the sentence that says where it comes from instead. */
export const sources = {
  clock: { name: "Date", message: "Time comes in as an argument: shared/ and policy/ read no clock." },
  dice: {
    object: "Math",
    property: "random",
    message: "Ids and randomness come in as arguments: shared/ and policy/ roll no dice.",
  },
  testDice: {
    object: "Math",
    property: "random",
    message: "A failing test must be repeatable: draw from a seeded generator and print the seed.",
  },
  environment: {
    object: "process",
    property: "env",
    message: "server/env.ts is the only reader of the environment: take the setting as an argument.",
  },
  pageProcess: {
    name: "process",
    message: "A page has no process: build settings come from import.meta.env, everything else from the server.",
  },
};

type Rules = NonNullable<Override["rules"]>;

const refuse = (...patterns: Fence[]): Rules => ({ "no-restricted-imports": ["error", { patterns }] });
const pure: Rules = {
  "no-restricted-globals": ["error", sources.clock],
  "no-restricted-properties": ["error", sources.dice],
};
const server = [fences.serverWithoutClient, fences.testHelpers];
const client = [fences.serverTypesOnly, fences.serverLibraries, fences.testHelpers];
const tests = ["**/*.test.{ts,tsx}", "**/*.testing.ts", "**/testing.ts"];

/** The layer rules as oxlint takes them: a later entry replaces an earlier one for the same rule, so each is complete. */
export const layerOverrides: Override[] = [
  { files: ["**"], rules: refuse(fences.signInLibrary) },
  { files: ["shared/**"], rules: { ...pure, ...refuse(fences.sharedIsLowest, fences.noInputOutput) } },
  { files: ["policy/**"], rules: { ...pure, ...refuse(fences.policyStandsOnShared, fences.noInputOutput) } },
  { files: ["server/**"], rules: { "no-restricted-properties": ["error", sources.environment] } },
  { files: ["server/**"], rules: refuse(...server, fences.signInLibrary) },
  { files: ["server/auth/**"], rules: refuse(...server) },
  // The one place where the environment is read and parsed.
  { files: ["server/env.ts"], rules: { "no-restricted-properties": "off" } },
  { files: ["client/**"], rules: { "no-restricted-globals": ["error", sources.pageProcess], ...refuse(...client) } },
  { files: ["client/store/**"], rules: refuse(...client, fences.storeBelowScreens) },
  { files: ["client/ui/**"], rules: refuse(...client, fences.plainComponents) },
  { files: ["client/features/**"], rules: refuse(...client, fences.islands) },
  // Tests stand outside the layers: they start the real server beside the real client, in Node, with a real clock.
  { files: tests, rules: { "no-restricted-globals": "off", ...refuse(fences.signInLibrary) } },
  { files: tests, rules: { "no-restricted-properties": ["error", sources.testDice] } },
  { files: ["server/auth/**/*.test.ts", "server/auth/**/testing.ts"], rules: { "no-restricted-imports": "off" } },
];
