// XML request bodies to values: a small parser (elements, attributes, text, entities, CDATA; no DTD) and a reader by shape.
import type { Member, Shape } from "./shape.ts";
import { MalformedRequest, readText } from "./values.ts";
import { elementName } from "./xml-write.ts";

export interface XmlNode {
  name: string;
  attributes: Record<string, string>;
  children: XmlNode[];
  text: string;
}

const deepest = 64;
const token =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;

export function parseXml(xml: string): XmlNode {
  const root: XmlNode = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  token.lastIndex = 0;
  while (token.lastIndex < xml.length) {
    const match = token.exec(xml);
    const top = open.at(-1);
    if (!match || !top) throw new MalformedRequest("the body is not well-formed XML");
    const [, cdata, closing, opening, attributes, empty, text] = match;
    if (cdata !== undefined) top.text += cdata;
    else if (text !== undefined) top.text += unescapeXml(text);
    else if (closing !== undefined) {
      if (closing !== top.name) throw new MalformedRequest(`</${closing}> does not close <${top.name}>`);
      open.pop();
    } else if (opening !== undefined) {
      const node: XmlNode = {
        name: opening,
        attributes: attributesOf(attributes ?? ""),
        children: [],
        text: "",
      };
      top.children.push(node);
      if (!empty) open.push(node);
      if (open.length > deepest) throw new MalformedRequest(`nested more than ${deepest} deep`);
    }
  }
  const [document] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || !document) {
    throw new MalformedRequest("the body is not one XML element");
  }
  return document;
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, double, single] of text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (name) attributes[name] = unescapeXml(double ?? single ?? "");
  }
  return attributes;
}

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/g,
    (_, hex, decimal, name) => {
      if (name) return { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }[name as "lt"];
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      if (code > 0x10ffff) throw new MalformedRequest("a character reference is out of range");
      return String.fromCodePoint(code);
    },
  );
}

export function readXml(shape: Shape, node: XmlNode, where = ""): unknown {
  switch (shape.kind) {
    case "struct": {
      const value: Record<string, unknown> = {};
      for (const member of shape.members) {
        const inner = readMember(member, node, `${where}.${member.name}`);
        if (inner !== undefined) value[member.name] = inner;
      }
      return value;
    }
    case "list":
      return readItems(shape, childrenNamed(node, shape.item.mergedXmlName ?? "member"), where);
    case "map":
      return readEntries(shape, childrenNamed(node, "entry"), where);
    default:
      return readText(shape, node.text, where);
  }
}

function readMember(member: Member, node: XmlNode, where: string): unknown {
  const name = elementName(member);
  if (member.isAttribute) {
    const text = node.attributes[name];
    return text === undefined ? undefined : readText(member.shape, text, where);
  }
  const nodes = childrenNamed(node, name);
  const [first] = nodes;
  if (!first) return undefined;
  if (member.isFlattened && member.shape.kind === "list") return readItems(member.shape, nodes, where);
  if (member.isFlattened && member.shape.kind === "map") return readEntries(member.shape, nodes, where);
  return readXml(member.shape, first, where);
}

function childrenNamed(node: XmlNode, name: string): XmlNode[] {
  return node.children.filter((child) => child.name === name || child.name.endsWith(`:${name}`));
}

function readItems(list: Shape, nodes: XmlNode[], where: string): unknown[] {
  return nodes.map((node, at) => readXml(list.item.shape, node, `${where}.${at + 1}`));
}

function readEntries(map: Shape, nodes: XmlNode[], where: string): Record<string, unknown> {
  const value: [string, unknown][] = [];
  for (const node of nodes) {
    const key = childrenNamed(node, map.key.mergedXmlName ?? "key")[0]?.text;
    const inner = childrenNamed(node, map.item.mergedXmlName ?? "value")[0];
    if (key !== undefined && inner) value.push([key, readXml(map.item.shape, inner, `${where}.${key}`)]);
  }
  return Object.fromEntries(value);
}
