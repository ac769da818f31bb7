// Owns the way content leaves the device on a member's own act: to the clipboard or as a file. Every copying out goes through
// here, because each is one access to personal data: the ledger of design §5 will hang at this place.
// Never decides what is copied.
import type { ExportWay } from "./ui/sync.ts";

/** What became of it; a browser that refuses the clipboard gets a file instead. */
export type CopiedOut = "copied" | "downloaded";

/** Takes a text out. `name` is the file's, without its ending. Rules: CH8, QU4. */
export async function copyOut(
  way: ExportWay,
  { text, name }: { readonly text: string; readonly name: string },
): Promise<CopiedOut> {
  if (way === "copy" && (await isCopied(text))) return "copied";
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  Object.assign(document.createElement("a"), { href: address, download: `${name}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return "downloaded";
}

async function isCopied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Hint: without a permission, or in a page that is not in front, the clipboard is refused.
    return false;
  }
}
