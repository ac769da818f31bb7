// Owns what the stories ask of any browser engine, and how things are found on a page: by what they are and what they are called.
// Never knows which engine it is (firefox.ts, webkit.ts).

/** One tab, driven with the real pointer and keyboard of its engine. `script` is an expression in the page. */
export type Tab = {
  readonly goto: (url: string) => Promise<void>;
  readonly evaluate: <T>(script: string) => Promise<T>;
  /** Clicks in the middle of the element that the expression gives. */
  readonly click: (script: string) => Promise<void>;
  /** Types where the focus is. */
  readonly type: (text: string) => Promise<void>;
  readonly press: (key: Key) => Promise<void>;
  readonly upload: (script: string, path: string) => Promise<void>;
  readonly picture: (path: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type Key = "Enter" | "Escape" | "End";

/** One browser with a profile of its own. */
export type Engine = {
  readonly name: string;
  readonly openTab: () => Promise<Tab>;
  readonly close: () => Promise<void>;
};

export type Role = "button" | "link" | "heading" | "textbox" | "radio" | "editor" | "file" | "text";

/** What is looked for: its role, words of its name in any case, and in a dialog only when that is asked for. */
export type Wanted = { readonly role: Role; readonly name?: string; readonly inDialog?: true };

const selectors: Readonly<Record<Role, string>> = {
  button: "button,[role=button]",
  link: "a[href]",
  heading: "h1,h2,h3",
  textbox: "input:not([type=file]):not([type=radio]),textarea",
  radio: "input[type=radio]",
  editor: "[contenteditable=true]",
  file: "input[type=file]",
  text: "p,h1,h2,h3,li,span,button,article,div[contenteditable]",
};

/** The expression that finds the first such element in sight; null while there is none. */
export function finding({ role, name = "", inDialog }: Wanted): string {
  return `(${findInPage.toString()})(${JSON.stringify({ selector: selectors[role], name, role, inDialog: inDialog === true })})`;
}

type Finding = {
  readonly selector: string;
  readonly name: string;
  readonly role: string;
  readonly inDialog: boolean;
};

/** Runs in the page, so it stands on nothing outside itself. */
function findInPage({ selector, name, role, inDialog }: Finding): Element | null {
  const lower = (text: string | null | undefined): string =>
    (text ?? "").toLocaleLowerCase("tr").replaceAll(/\s+/g, " ");
  const labels = (element: Element): string =>
    [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent).join(" ");
  const named = (element: Element): string => {
    const tied = element.getAttribute("aria-labelledby")?.split(" ") ?? [];
    const texts = tied.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    return lower(`${element.getAttribute("aria-label") ?? ""} ${texts} ${labels(element)} ${element.textContent}`);
  };
  const isShown = (element: Element): boolean =>
    role === "file" || role === "radio" || element.getClientRects().length > 0;
  const around = inDialog ? document.querySelector("[role=dialog],[role=alertdialog]") : document;
  const all = [...(around?.querySelectorAll(selector) ?? [])];
  return all.find((element) => isShown(element) && named(element).includes(lower(name))) ?? null;
}
