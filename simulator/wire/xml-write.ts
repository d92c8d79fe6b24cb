// Values to XML by shape, for the query, EC2 and REST-XML protocols. One pass, one string.
import type { Member, Shape } from "./shape.ts";
import { base64Of, timestampText } from "./values.ts";

const unsafe = /[&<>"'\r\u0085\u2028]/;

export function escapeXml(text: string): string {
  if (!unsafe.test(text)) return text;
  return text.replace(/[&<>"'\r\u0085\u2028]/g, (character) => {
    switch (character) {
      case "&":
        return "&amp;";
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      case '"':
        return "&quot;";
      case "'":
        return "&apos;";
      default:
        return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
    }
  });
}

/** The members of a structure as elements, in the schema's order; `skip` leaves out what is not in the body. */
export function membersXml(
  shape: Shape,
  value: Record<string, unknown>,
  skip?: (member: Member) => boolean,
): string {
  let xml = "";
  for (const member of shape.members) {
    const inner = value[member.name];
    if (inner === undefined || inner === null || member.isAttribute || skip?.(member)) continue;
    xml += elementXml(member, elementName(member), inner);
  }
  return xml;
}

export function elementName(member: Member): string {
  if (member.isPayload) return member.mergedXmlName ?? member.shape.name;
  return member.xmlName ?? member.name;
}

function elementXml(member: Member, name: string, value: unknown): string {
  const { shape } = member;
  switch (shape.kind) {
    case "list":
      return member.isFlattened
        ? itemsXml(shape, value as unknown[], name)
        : `<${name}>${itemsXml(shape, value as unknown[], shape.item.mergedXmlName ?? "member")}</${name}>`;
    case "map":
      return member.isFlattened
        ? entriesXml(shape, value as Record<string, unknown>, name)
        : `<${name}>${entriesXml(shape, value as Record<string, unknown>, "entry")}</${name}>`;
    case "struct":
      return structXml(shape, value as Record<string, unknown>, name);
    default:
      return `<${name}>${textOf(shape, value)}</${name}>`;
  }
}

export function structXml(
  shape: Shape,
  value: Record<string, unknown>,
  name: string,
  attributes = "",
): string {
  let opening = attributes;
  for (const member of shape.members) {
    const inner = value[member.name];
    if (!member.isAttribute || inner === undefined || inner === null) continue;
    const attribute = member.xmlName ?? member.name;
    const prefix = attribute.includes(":") ? attribute.slice(0, attribute.indexOf(":")) : undefined;
    if (prefix) opening += ` xmlns:${prefix}="http://www.w3.org/2001/XMLSchema-instance"`;
    opening += ` ${attribute}="${textOf(member.shape, inner)}"`;
  }
  return `<${name}${opening}>${membersXml(shape, value)}</${name}>`;
}

function itemsXml(list: Shape, values: unknown[], name: string): string {
  let xml = "";
  for (const value of values) {
    if (value !== undefined && value !== null) xml += elementXml(list.item, name, value);
  }
  return xml;
}

function entriesXml(map: Shape, values: Record<string, unknown>, name: string): string {
  const keyName = map.key.mergedXmlName ?? "key";
  const valueName = map.item.mergedXmlName ?? "value";
  let xml = "";
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    xml += `<${name}><${keyName}>${escapeXml(key)}</${keyName}>${elementXml(map.item, valueName, value)}</${name}>`;
  }
  return xml;
}

function textOf(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case "timestamp":
      return timestampText(value, shape.timestampFormat ?? 5);
    case "blob":
      return base64Of(value);
    case "number":
    case "boolean":
      return String(value);
    default:
      return escapeXml(String(value));
  }
}
