// A rule tree in words, with the paths that decided a finding marked.
import type { ReactNode } from "react";
import type { Rule } from "#rules/tree.ts";
import css from "./rule-text.module.css";

const value = (of: unknown) => JSON.stringify(of);
const plainPath = (path: string) => path.replace(/\[\d*\]/g, "");

interface RuleProps {
  rule: Rule;
  /** Paths of the evidence. */
  marked?: string[];
}
export function RuleText({ rule, marked = [] }: RuleProps) {
  return (
    <div className={css.rule}>
      <Node rule={rule} marked={marked.map(plainPath)} prefix="" />
    </div>
  );
}

interface NodeProps {
  rule: Rule;
  marked: string[];
  prefix: string;
}
function Node({ rule, marked, prefix }: NodeProps): ReactNode {
  const at = (path: string) => (prefix !== "" && !path.startsWith("@") ? `${prefix}.${path}` : path);
  const path = (name: string) => {
    const full = plainPath(at(name));
    const isMarked = marked.some(
      (each) => each === full || each.startsWith(`${full}.`) || full.startsWith(`${each}.`),
    );
    return isMarked ? <mark className={css.marked}>{name}</mark> : <span className={css.path}>{name}</span>;
  };
  const under = (rules: Rule[], inside = prefix) => (
    <ul className={css.under}>
      {rules.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the branches of a fixed rule keep their order.
        <li key={index}>
          <Node rule={each} marked={marked} prefix={inside} />
        </li>
      ))}
    </ul>
  );
  switch (rule.op) {
    case "and":
    case "or":
      return (
        <>
          {rule.op === "and" ? "all of" : "at least one of"}
          {under(rule.rules)}
        </>
      );
    case "not":
      return <>not {under([rule.rule])}</>;
    case "any":
    case "all":
    case "none":
      return (
        <>
          {{ any: "some element of", all: "every element of", none: "no element of" }[rule.op]}{" "}
          {path(rule.path)} has
          {under([rule.rule], at(rule.path))}
        </>
      );
    case "count":
      return (
        <>
          {path(rule.path)} has {bounds(rule.atLeast, rule.atMost)} elements
          {rule.rule && <> with {under([rule.rule], at(rule.path))}</>}
        </>
      );
    case "related":
      return (
        <>
          {rule.quantifier} of the {rule.type} it is {rule.direction === "out" ? "tied to" : "named by"} as{" "}
          <span className={css.path}>{rule.relation}</span>
          {rule.rule && <> has {under([rule.rule], "")}</>}
        </>
      );
    case "exists":
      return (
        <>
          some {rule.type} in the same {rule.where}
          {rule.rule && <> has {under([rule.rule], "")}</>}
        </>
      );
    default:
      return <Leaf rule={rule} path={path} />;
  }
}

function bounds(atLeast: number | undefined, atMost: number | undefined): string {
  if (atLeast !== undefined && atMost !== undefined) return `${atLeast} to ${atMost}`;
  return atLeast !== undefined ? `at least ${atLeast}` : `at most ${atMost ?? 0}`;
}

const listed = (ports: number[]) =>
  new Intl.ListFormat("en", { type: "disjunction" }).format(ports.map(String));

type LeafRule = Exclude<
  Rule,
  { op: "and" | "or" | "not" | "any" | "all" | "none" | "count" | "related" | "exists" }
>;
function Leaf({ rule, path }: { rule: LeafRule; path: (name: string) => ReactNode }): ReactNode {
  switch (rule.op) {
    case "equals":
      return (
        <>
          {path(rule.path)} is {value(rule.value)}
        </>
      );
    case "in":
      return (
        <>
          {path(rule.path)} is one of {rule.values.map(value).join(", ")}
        </>
      );
    case "contains":
      return (
        <>
          {path(rule.path)} contains {value(rule.value)}
        </>
      );
    case "matches":
      return (
        <>
          {path(rule.path)} fits {rule.glob}
        </>
      );
    case "isSet":
      return <>{path(rule.path)} is set</>;
    case "greaterThan":
      return (
        <>
          {path(rule.path)} is more than {rule.value}
        </>
      );
    case "lessThan":
      return (
        <>
          {path(rule.path)} is less than {rule.value}
        </>
      );
    case "olderThan":
      return (
        <>
          {path(rule.path)} is more than {rule.days} days ago
        </>
      );
    case "tag":
      return (
        <>
          the tag <span className={css.path}>{rule.key}</span>{" "}
          {rule.value === undefined ? "is set" : `is ${value(rule.value)}`}
        </>
      );
    case "cidr":
      return (
        <>
          {path(rule.path)} lies within {rule.within.join(", ")}
        </>
      );
    case "portsOpen":
      return (
        <>
          {path(rule.path)} opens {rule.ports === "all" ? "all ports" : `port ${listed(rule.ports)}`} to the{" "}
          {rule.from.replace("-ipv", " over IPv")}
        </>
      );
    case "policyAllows":
      return (
        <>
          the policy at {path(rule.path)} allows{" "}
          {rule.principal === "attached" ? "its holder" : rule.principal.replace("-", " ")}{" "}
          {rule.actions?.join(", ") ?? "any action"}
          {rule.onEverything && " on every resource"}
        </>
      );
  }
}
