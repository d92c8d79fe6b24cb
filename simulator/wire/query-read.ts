// Form bodies of the query and EC2 protocols to values, by shape: `Filter.1.Value.2=x`.
import type { Member, Shape } from "./shape.ts";
import { MalformedRequest, readText } from "./values.ts";

interface Field {
  text: string | undefined;
  children: Map<string, Field>;
}

const deepest = 32;

export function readQuery(shape: Shape, form: URLSearchParams, isEc2: boolean): Record<string, unknown> {
  const root: Field = { text: undefined, children: new Map() };
  for (const [name, text] of form) {
    let field = root;
    const steps = name.split(".", deepest + 1);
    if (steps.length > deepest) throw new MalformedRequest(`a parameter is nested more than ${deepest} deep`);
    for (const step of steps) {
      let next = field.children.get(step);
      if (!next) {
        next = { text: undefined, children: new Map() };
        field.children.set(step, next);
      }
      field = next;
    }
    field.text = text;
  }
  return readStruct(shape, root, isEc2, "");
}

function readStruct(shape: Shape, field: Field, isEc2: boolean, where: string): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  if (field.children.size === 0) return value;
  for (const member of shape.members) {
    const name = isEc2 ? member.ec2FormName : member.formName;
    const inner = field.children.get(name);
    if (!inner) continue;
    const read = readField(member, inner, isEc2, where ? `${where}.${name}` : name);
    if (read !== undefined) value[member.name] = read;
  }
  return value;
}

function readField(member: Member, field: Field, isEc2: boolean, where: string): unknown {
  const { shape } = member;
  switch (shape.kind) {
    case "struct":
      return readStruct(shape, field, isEc2, where);
    case "list": {
      const isFlat = isEc2 || member.isFlattened;
      const items = isFlat ? field : field.children.get(shape.item.mergedXmlName ?? "member");
      return inOrder(items ?? { text: undefined, children: new Map() }, where).map((item, at) =>
        readField(shape.item, item, isEc2, `${where}.${at + 1}`),
      );
    }
    case "map": {
      const entries = member.isFlattened ? field : field.children.get("entry");
      const value: [string, unknown][] = [];
      for (const entry of entries ? inOrder(entries, where) : []) {
        const key = entry.children.get(shape.key.mergedXmlName ?? "key")?.text;
        const inner = entry.children.get(shape.item.mergedXmlName ?? "value");
        if (key !== undefined && inner)
          value.push([key, readField(shape.item, inner, isEc2, `${where}.${key}`)]);
      }
      return Object.fromEntries(value);
    }
    default:
      return field.text === undefined ? undefined : readText(shape, field.text, where);
  }
}

function inOrder(field: Field, where: string): Field[] {
  const numbered = [...field.children].map(([name, child]) => {
    const at = Number(name);
    if (!Number.isInteger(at) || at < 0)
      throw new MalformedRequest(`'${name}' at '${where}' is not an index`);
    return [at, child] as const;
  });
  return numbered.sort(([a], [b]) => a - b).map(([, child]) => child);
}
