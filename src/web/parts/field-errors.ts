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

/** False when some error has no field here; then the caller must show what was refused. */
export function placeErrors(form: FormPart, errors: FieldError[], fields: readonly string[]): boolean {
  const placed: Record<string, string> = {};
  let isWhole = errors.length > 0;
  for (const { path, detail } of errors) {
    const field = fieldOf(path, fields);
    if (field) placed[field] = placed[field] ? `${placed[field]} ${detail}` : detail;
    else isWhole = false;
  }
  form.setErrors(placed);
  focusFirst(Object.keys(placed), fields);
  return isWhole;
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
