// The MD5 digests that SQS answers and clients compare: of a body, and of message attributes by the
// algorithm of the developer guide ("Calculating the MD5 message digest for message attributes").
import { createHash } from "node:crypto";

export interface AttributeValue {
  DataType?: string | undefined;
  StringValue?: string | undefined;
  BinaryValue?: Uint8Array | undefined;
}

export const md5Of = (text: string) => createHash("md5").update(text).digest("hex");

export function md5OfAttributes(attributes: Record<string, AttributeValue> | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (!attributes || names.length === 0) return undefined;
  const hash = createHash("md5");
  const part = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = "", StringValue = "", BinaryValue } = attributes[name] ?? {};
    part(Buffer.from(name));
    part(Buffer.from(DataType));
    const isBinary = DataType.startsWith("Binary");
    hash.update(Uint8Array.of(isBinary ? 2 : 1));
    part(isBinary ? (BinaryValue ?? new Uint8Array()) : Buffer.from(StringValue));
  }
  return hash.digest("hex");
}
