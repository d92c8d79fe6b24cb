// S3's records: the bucket, the host, the sub-resource of the URL as an empty text, headers, and the body
// as the XML that was sent, turned into JSON. Policies are shown parsed.
import type { Api, ApiOperation } from "../wire/api.ts";
import type { Member, Shape } from "../wire/shape.ts";
import { elementName } from "../wire/xml-write.ts";
import { camelOf, secrecyOf } from "./casing.ts";

type Fields = Record<string, unknown>;

const xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

export function s3Request(operation: ApiOperation, input: Fields, region: string): Fields {
  const fields: Fields = {};
  for (const [name] of operation.http?.query ?? []) if (name !== "x-id") fields[name] = "";
  for (const member of operation.input.members) {
    const value = input[member.name];
    if (value === undefined || member.name === "Bucket") continue;
    if (secrecyOf(member, value)) continue;
    if (member.name === "Policy") fields.bucketPolicy = parsed(String(value));
    else if (member.isPayload)
      fields[elementName(member)] = { xmlns, ...(xmlOf(member.shape, value) as Fields) };
    else if (member.header?.startsWith("x-amz-") && !/checksum|sdk/.test(member.header))
      fields[member.header] = camelOf(member.shape, value);
  }
  const Host = `${String(input.Bucket)}.s3.${region}.amazonaws.com`;
  return { bucketName: input.Bucket, Host, ...fields };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return text;
    throw cause;
  }
}

/** A list of one is shown as its element, as XML would have it. */
function xmlOf(shape: Shape, value: unknown): unknown {
  if (shape.kind !== "struct") return camelOf(shape, value);
  const fields: Fields = {};
  for (const member of shape.members) {
    const inner = (value as Fields)[member.name];
    if (inner === undefined || inner === null) continue;
    if (member.shape.kind === "list") Object.assign(fields, listOf(member, inner as unknown[]));
    else fields[elementName(member)] = xmlOf(member.shape, inner);
  }
  return fields;
}

function listOf(member: Member, values: unknown[]): Fields {
  const items = values.map((value) => xmlOf(member.shape.item.shape, value));
  const whole = items.length === 1 ? items[0] : items;
  if (member.isFlattened) return { [elementName(member)]: whole };
  return { [elementName(member)]: { [member.shape.item.mergedXmlName ?? "member"]: whole } };
}

/** The account's block stands in the request without a bucket. */
export function s3ControlRequest(api: Api, operation: ApiOperation, input: Fields, region: string): Fields {
  const { AccountId, ...rest } = input;
  const fields: Fields = {
    accountId: AccountId,
    Host: `${String(AccountId)}.${api.client}.${region}.amazonaws.com`,
  };
  for (const member of operation.input.members) {
    const value = rest[member.name];
    if (value === undefined) continue;
    if (member.isPayload)
      fields[elementName(member)] = { xmlns: api.xmlNamespace, ...(xmlOf(member.shape, value) as Fields) };
    else Object.assign(fields, camelOf(operation.input, { [member.name]: value }));
  }
  return fields;
}
