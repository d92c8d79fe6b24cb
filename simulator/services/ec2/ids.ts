// Ids and addresses of EC2's form: from a world's stream when derived, by chance when made by API.
import { chance } from "../../ids.ts";
import type { Random } from "../../world.ts";

type Drawing = Pick<Random, "int">;

/** vpc-0 and 16 hex digits, as every new resource of EC2 has. */
export function ec2Id(prefix: string, random: Drawing = chance): string {
  return `${prefix}-0${hex(16, random)}`;
}

export function macAddress(random: Drawing = chance): string {
  return ["0a", ...Array.from({ length: 5 }, () => hex(2, random))].join(":");
}

/** An address out of 198.18.0.0/15, reserved for tests (RFC 2544): it can never be somebody's. */
export function publicAddress(random: Drawing = chance): string {
  return `198.${18 + random.int(2)}.${random.int(256)}.${1 + random.int(254)}`;
}

function hex(length: number, random: Drawing): string {
  let text = "";
  for (let i = 0; i < length; i++) text += random.int(16).toString(16);
  return text;
}
