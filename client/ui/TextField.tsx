// Owns one line and several lines of text, and passwords. Never checks what is typed: errors come in.
import Eye from "lucide-solid/icons/eye";
import EyeOff from "lucide-solid/icons/eye-off";
import { createRenderEffect, createSignal, splitProps } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { cx } from "./cx.ts";
import { controlClass, Field } from "./Field.tsx";
import type { FieldFrameProps, FieldTies } from "./Field.tsx";
import { uiText } from "./text.ts";

type Input = JSX.InputHTMLAttributes<HTMLInputElement>;
type Area = JSX.TextareaHTMLAttributes<HTMLTextAreaElement>;

// Hint: the element types are as wide as the form library's, which serves inputs, areas and selects alike.
type Refs = { readonly ref?: ((element: HTMLInputElement) => void) | undefined };

export type TextFieldProps = FieldFrameProps &
  Omit<Input, "value" | "class" | "id" | "ref"> &
  Refs & { readonly value?: string | undefined };

const frame = ["label", "hint", "error", "optional", "class"] as const;

/** One line of text with its label, hint and error; everything else goes to the input. */
export function TextField(props: TextFieldProps): JSX.Element {
  const [own, rest] = splitProps(props, frame);
  return <Field {...own}>{(ties) => <TextInput {...rest} ties={ties} />}</Field>;
}

/** A password: pasting and password managers work, and it can be shown. Rule: UI6. */
export function PasswordField(props: TextFieldProps): JSX.Element {
  const t = useText(uiText);
  const [shown, setShown] = createSignal(false);
  const [own, rest] = splitProps(props, frame);
  return (
    <Field {...own}>
      {(ties) => (
        <div class="relative">
          <TextInput
            {...rest}
            ties={ties}
            type={shown() ? "text" : "password"}
            class="pr-12"
            autocapitalize="none"
            spellcheck={false}
          />
          <button
            type="button"
            class="absolute inset-y-0 right-0 flex w-11 items-center justify-center rounded-control text-muted hover:text-ink"
            aria-label={shown() ? t("hidePassword") : t("showPassword")}
            aria-pressed={shown()}
            onClick={() => setShown(!shown())}
          >
            {shown() ? <EyeOff size={18} aria-hidden="true" /> : <Eye size={18} aria-hidden="true" />}
          </button>
        </div>
      )}
    </Field>
  );
}

type TextInputProps = Omit<Input, "value" | "id" | "ref"> &
  Refs & { readonly value?: string | undefined; readonly ties: FieldTies };

function TextInput(props: TextInputProps): JSX.Element {
  const [own, rest] = splitProps(props, ["value", "ties", "class", "ref"]);
  return (
    <input
      {...rest}
      id={own.ties.id}
      class={cx(controlClass, own.class)}
      aria-describedby={own.ties.describedBy()}
      aria-invalid={own.ties.invalid()}
      ref={(element) => {
        createValue(element, () => own.value);
        own.ref?.(element);
      }}
    />
  );
}

export type TextAreaProps = FieldFrameProps &
  Omit<Area, "value" | "class" | "id" | "ref"> & {
    readonly value?: string | undefined;
    readonly ref?: ((element: HTMLTextAreaElement) => void) | undefined;
  };

/** Several lines of text; grows with them where the browser can. */
export function TextArea(props: TextAreaProps): JSX.Element {
  const [own, field, rest] = splitProps(props, frame, ["value", "ref"]);
  return (
    <Field {...own}>
      {(ties) => (
        <textarea
          rows={3}
          {...rest}
          id={ties.id}
          class={cx(controlClass, "h-auto min-h-20 resize-y py-2 [field-sizing:content]")}
          aria-describedby={ties.describedBy()}
          aria-invalid={ties.invalid()}
          ref={(element) => {
            createValue(element, () => field.value);
            field.ref?.(element);
          }}
        />
      )}
    </Field>
  );
}

/** Creates the tie that keeps a control at a value without moving the caret of somebody who types the same. */
export function createValue(element: HTMLInputElement | HTMLTextAreaElement, value: () => string | undefined): void {
  createRenderEffect(() => {
    const next = value();
    // Hint: setting an equal value still moves the caret in Safari.
    if (next !== undefined && element.value !== next) element.value = next;
  });
}
