// Inline and attached policies of users, groups and roles: the same operations three times, made from one table.
import { managedPolicy } from "../../iam-lookup.ts";
import type { Call, Operation } from "../../operation.ts";
import {
  checkIdentityPolicy,
  type EntityKind,
  encoded,
  entities,
  limitExceeded,
  type Marked,
  marked,
  needModifiable,
  noSuchEntity,
} from "./entity.ts";
import { countedLength } from "./managed-policies.ts";

const kinds: { kind: EntityKind; word: "User" | "Group" | "Role"; maxInlineCharacters: number }[] = [
  { kind: "user", word: "User", maxInlineCharacters: 2_048 },
  { kind: "group", word: "Group", maxInlineCharacters: 5_120 },
  { kind: "role", word: "Role", maxInlineCharacters: 10_240 },
];
const maxAttached = 10;

type Input = Record<string, string> & Marked;

export const attachmentOperations: Record<string, Operation> = Object.assign({}, ...kinds.map(operationsOf));

function operationsOf({
  kind,
  word,
  maxInlineCharacters,
}: (typeof kinds)[number]): Record<string, Operation> {
  const nameMember = `${word}Name`;
  const subject = (call: Call<Input>) => {
    const name = call.input[nameMember] ?? "";
    const { need, put } = entities(call, kind);
    return { name, entity: need(name), put };
  };
  return {
    [`Put${word}Policy`](call: Call<Input>) {
      const { name, entity, put } = subject(call);
      needModifiable(entity);
      const { PolicyName = "", PolicyDocument = "" } = call.input;
      checkIdentityPolicy(PolicyDocument);
      const inlinePolicies = { ...entity.inlinePolicies, [PolicyName]: PolicyDocument };
      const characters = Object.values(inlinePolicies).reduce((sum, text) => sum + countedLength(text), 0);
      if (characters > maxInlineCharacters) throw limitExceeded(`ACLSizePer${word}`, maxInlineCharacters);
      put(name, { ...entity, inlinePolicies });
    },
    [`Get${word}Policy`](call: Call<Input>) {
      const { name, entity } = subject(call);
      const { PolicyName = "" } = call.input;
      const document = entity.inlinePolicies[PolicyName];
      if (document === undefined) throw noInline(kind, PolicyName);
      return { [nameMember]: name, PolicyName, PolicyDocument: encoded(document) };
    },
    [`Delete${word}Policy`](call: Call<Input>) {
      const { name, entity, put } = subject(call);
      needModifiable(entity);
      const { [call.input.PolicyName ?? ""]: removed, ...inlinePolicies } = entity.inlinePolicies;
      if (removed === undefined) throw noInline(kind, call.input.PolicyName ?? "");
      put(name, { ...entity, inlinePolicies });
    },
    [`List${word}Policies`](call: Call<Input>) {
      const { items, ...rest } = marked(call.input, Object.keys(subject(call).entity.inlinePolicies));
      return { PolicyNames: items, ...rest };
    },
    [`Attach${word}Policy`](call: Call<Input>) {
      const { name, entity, put } = subject(call);
      needModifiable(entity);
      const arn = call.input.PolicyArn ?? "";
      if (!managedPolicy(call.world, call.accountId, arn)) {
        throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
      }
      if (entity.attachedPolicies.includes(arn)) return;
      if (entity.attachedPolicies.length >= maxAttached)
        throw limitExceeded(`PoliciesPer${word}`, maxAttached);
      put(name, { ...entity, attachedPolicies: [...entity.attachedPolicies, arn] });
    },
    [`Detach${word}Policy`](call: Call<Input>) {
      const { name, entity, put } = subject(call);
      needModifiable(entity);
      const arn = call.input.PolicyArn ?? "";
      if (!entity.attachedPolicies.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
      put(name, {
        ...entity,
        attachedPolicies: entity.attachedPolicies.filter((attached) => attached !== arn),
      });
    },
    [`ListAttached${word}Policies`](call: Call<Input>) {
      const { items, ...rest } = marked(call.input, attachedAnswer(subject(call).entity.attachedPolicies));
      return { AttachedPolicies: items, ...rest };
    },
  };
}

export function attachedAnswer(arns: string[]) {
  return arns.map((PolicyArn) => ({
    PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf("/") + 1),
    PolicyArn,
  }));
}

function noInline(kind: EntityKind, name: string) {
  return noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);
}
