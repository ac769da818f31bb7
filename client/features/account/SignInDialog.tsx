// Owns the window in which a member whose session has run out signs in again, over the screen they were on.
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { againText } from "./againText.ts";
import { SignInForm } from "./SignInForm.tsx";

/** Signs the same member in again; the screen below stays as it is. Rule: ME8. */
export function SignInDialog(props: {
  readonly email: string;
  readonly onOpenChange: (open: boolean) => void;
}): JSX.Element {
  const t = useText(againText);
  return (
    <Dialog open onOpenChange={props.onOpenChange} title={t("title")} description={t("body")}>
      <SignInForm email={props.email} onDone={() => props.onOpenChange(false)} />
    </Dialog>
  );
}
