// Puts the server's field errors (JSON Pointers) at the fields of a form and the focus on the first of them.
import type { FieldError } from "#model/problem.ts";

interface FormPart {
  setErrors: (errors: Record<string, string>) => void;
}

/** "/organizationRole/arn" → organizationRole.arn; "/excludedNamePrefixes/0" → the list it is in. */
export function fieldOf(pointer: string, fields: readonly string[]): string | undefined {
  const path = pointer.split("/").slice(1).join(".");
  return fields.find((field) => path === field || path.startsWith(`${field}.`));
}

/** False when not one of the errors has a field here; then the caller must show them. */
export function placeErrors(form: FormPart, errors: FieldError[], fields: readonly string[]): boolean {
  const placed: Record<string, string> = {};
  for (const { path, detail } of errors) {
    const field = fieldOf(path, fields);
    if (field) placed[field] = placed[field] ? `${placed[field]} ${detail}` : detail;
  }
  form.setErrors(placed);
  focusFirst(Object.keys(placed), fields);
  return Object.keys(placed).length > 0;
}

/** In the order of the form, not of the answer. */
export function focusFirst(wrong: string[], fields: readonly string[]): void {
  const first = fields.find((field) => wrong.includes(field));
  if (first === undefined) return;
  requestAnimationFrame(() => {
    const input = document.querySelector<HTMLElement>(`[data-path="${first}"]`);
    input?.focus();
    input?.scrollIntoView({ block: "center" });
  });
}
