// Public ids of things that people make: a readable prefix and 128 random bits.
import { randomUUID } from "node:crypto";
import { shortHash } from "#model/resource.ts";

export function newId(prefix: string): string {
  return `${prefix}_${shortHash([randomUUID()])}`;
}
