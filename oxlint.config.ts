// Owns the linter's settings: categories, habits of CONTRIBUTING.md, and the reason for each exception.
// Never holds layer rules; those stand in tools/layers.ts, where a test breaks each of them.

import { defineConfig } from "oxlint";
import { layerOverrides } from "./tools/layers.ts";

const solid = [
  "components-return-once",
  "event-handlers",
  "imports",
  "jsx-no-duplicate-props",
  "jsx-no-script-url",
  "no-array-handlers",
  "no-destructure",
  "no-innerhtml",
  "no-react-deps",
  "no-react-specific-props",
  "no-unknown-namespaces",
  "prefer-for",
  "reactivity",
  "self-closing-comp",
  "style-prop",
];

export default defineConfig({
  plugins: ["import", "oxc", "typescript", "unicorn", "promise", "vitest"],
  jsPlugins: [{ name: "solid", specifier: "eslint-plugin-solid" }],
  options: { typeAware: true, reportUnusedDisableDirectives: "error", denyWarnings: true },
  ignorePatterns: ["node_modules", "dist", ".tsbuild", "data", "data-demo", "test-results", "playwright-report"],
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  rules: {
    eqeqeq: "error",
    "max-lines": ["error", { max: 300 }],
    "max-params": ["error", { max: 3 }],
    "no-console": "error",
    "import/no-cycle": ["error", { ignoreTypes: true }],
    "import/no-default-export": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/explicit-module-boundary-types": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/switch-exhaustiveness-check": "error",

    // Style sheets and the in-memory IndexedDB act by being imported.
    "import/no-unassigned-import": ["error", { allow: ["**/*.css", "fake-indexeddb/auto"] }],
    // A property test asserts through fast-check; helpers that assert are named expect….
    "vitest/expect-expect": ["error", { assertFunctionNames: ["expect*", "assert*", "fc.assert"] }],

    // A second argument says which case of a loop failed.
    "vitest/valid-expect": ["error", { maxArgs: 2 }],

    // Off: order matters in most of our loops (one document after the other, one page after the other).
    "no-await-in-loop": "off",
    // Off: a flag that another task clears while the loop awaits looks unmodified.
    "no-unmodified-loop-condition": "off",
    // Off: the copy matters where the loop's body changes the set it walks, as listeners do.
    "unicorn/no-useless-spread": "off",
    // Off: records are read-only here; a changed copy is how one is changed.
    "oxc/no-map-spread": "off",
    // Off: whether a Yjs type holds list content is visible only in its `_start` field.
    "no-underscore-dangle": "off",
    // Off: a cast carries a `Hint:` comment that says why it is safe, and review reads it.
    "typescript/no-unsafe-type-assertion": "off",
    // Off: the compiler's noImplicitReturns says the same and knows the types.
    "typescript/consistent-return": "off",
    // Off: a collection without protected fields has an empty record of them.
    "typescript/no-generated-empty-object-type": "off",
    // Off: a parameter used once in the signature still carries the literal type into what is returned.
    "typescript/no-unnecessary-type-parameters": "off",
    // Off: it is for promise chains; we await.
    "promise/always-return": "off",
    // Off: it moves small helpers far away from the one place that uses them.
    "unicorn/consistent-function-scoping": "off",
    // Off: made for window.postMessage; ours go to workers and channels, which have no target origin.
    "unicorn/require-post-message-target-origin": "off",
  },
  overrides: [
    ...layerOverrides,
    { files: ["client/**/*.tsx"], rules: Object.fromEntries(solid.map((rule) => [`solid/${rule}`, "error" as const])) },
    // Tools want a default export from their configuration.
    { files: ["**/*.config.ts"], rules: { "import/no-default-export": "off" } },
    // A command line and a measurement talk to the person who started them.
    { files: ["server/cli.ts", "server/cli/**", "bench/**", "e2e/**"], rules: { "no-console": "off" } },
  ],
});
