// Owns a run of the suite: every rule against one server, and the report of it. A rule that breaks does not stop the others.
import type { Target } from "./client.ts";
import { rules } from "./rules.ts";
import type { Rule } from "./rule.ts";

/** What became of one rule; `note` says how it was kept, or why not. */
export type Finding = {
  readonly id: string;
  readonly title: string;
  readonly isKept: boolean;
  readonly note: string;
};

/** Which rules are tried. */
export type Choice = { readonly withSlow: boolean };

/** Tries the rules one after the other. */
export async function runRules(
  target: Target,
  { withSlow }: Choice,
  onFinding: (finding: Finding) => void = () => undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const rule of rules.filter(({ isSlow }) => withSlow || !isSlow)) {
    const finding = await tryRule(target, rule);
    findings.push(finding);
    onFinding(finding);
  }
  return findings;
}

async function tryRule(target: Target, { id, title, run }: Rule): Promise<Finding> {
  try {
    return { id, title, isKept: true, note: (await run(target)) ?? "" };
  } catch (error) {
    // Hint: whatever goes wrong is the finding.
    return { id, title, isKept: false, note: error instanceof Error ? error.message : String(error) };
  }
}

/** One finding as a line. */
export const lineOf = ({ id, title, isKept, note }: Finding): string =>
  `${isKept ? "pass" : "FAIL"} ${id} ${title}${note === "" ? "" : ` (${note})`}`;
