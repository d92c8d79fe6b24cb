// What generated JavaScript calls. Truth is a number: 0 false, 1 unknown, 2 true.
import type { Tag } from "#model/resource.ts";
import { type Block, isInside, readBlock } from "./address.ts";
import { type Ends, isCovered, type RuleDocument } from "./document.ts";
import { fitsGlob } from "./glob.ts";
import { canonicalInstant, instantMs } from "./instant.ts";
import { policyAllows, policyDenies, type TruthNumber } from "./policy.ts";

type Judge = ((document: RuleDocument) => TruthNumber) | null;

function ownMember(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function hasTag(tags: readonly Tag[], key: string, value: string | null): boolean {
  return tags.some((tag) => tag.key === key && (value === null || tag.value === value));
}

function isWithin(value: unknown, blocks: readonly Block[]): boolean {
  const inner = readBlock(value);
  return inner !== null && blocks.some((outer) => isInside(inner, outer));
}

interface Permission {
  IpProtocol?: unknown;
  FromPort?: unknown;
  ToPort?: unknown;
  IpRanges?: unknown;
  Ipv6Ranges?: unknown;
}

function opensPorts(value: unknown, ports: number[] | "all", ipv4: boolean, ipv6: boolean): boolean {
  if (!Array.isArray(value)) return false;
  return value.some((permission: Permission | null) => {
    const { IpProtocol, FromPort, ToPort, IpRanges, Ipv6Ranges } = permission ?? {};
    const isOpen =
      (ipv4 && hasOpenRange(IpRanges, "CidrIp")) || (ipv6 && hasOpenRange(Ipv6Ranges, "CidrIpv6"));
    if (!isOpen) return false;
    if (IpProtocol === "-1") return true;
    if (IpProtocol !== "tcp" && IpProtocol !== "6" && IpProtocol !== "udp" && IpProtocol !== "17")
      return false;
    const from = typeof FromPort === "number" && FromPort !== -1 ? FromPort : 0;
    const to = typeof ToPort === "number" && ToPort !== -1 ? ToPort : 65_535;
    if (ports === "all") return from <= 0 && to >= 65_535;
    return ports.some((port) => from <= port && port <= to);
  });
}

function hasOpenRange(ranges: unknown, field: string): boolean {
  if (!Array.isArray(ranges)) return false;
  return ranges.some((range: Record<string, unknown> | null) => {
    const block = range?.[field];
    return typeof block === "string" && block.endsWith("/0");
  });
}

/** Kleene's or over the ends; what is not seen, and outside ends if they count, add an unknown. */
function someEnd(ends: Ends, judge: Judge, outsideCounts: boolean): TruthNumber {
  let truth: TruthNumber = !ends.complete || (outsideCounts && ends.outside > 0) ? 1 : 0;
  for (const document of ends.documents) {
    const one = judge === null ? 2 : judge(document);
    if (one === 2) return 2;
    if (one > truth) truth = one;
  }
  return truth;
}

function everyEnd(ends: Ends, judge: Judge, outsideCounts: boolean): TruthNumber {
  const opposite = (document: RuleDocument) => (2 - (judge?.(document) ?? 2)) as TruthNumber;
  return (2 - someEnd(ends, opposite, outsideCounts)) as TruthNumber;
}

function noEnd(ends: Ends, judge: Judge, outsideCounts: boolean): TruthNumber {
  return (2 - someEnd(ends, judge, outsideCounts)) as TruthNumber;
}

export const jsRuntime = {
  canonicalInstant,
  everyEnd,
  fitsGlob,
  hasTag,
  instantMs,
  isCovered,
  isWithin,
  noEnd,
  opensPorts,
  ownMember,
  policyAllows,
  policyDenies,
  readBlock,
  someEnd,
};
