// IAM's objects as the rest of the simulator reads them: by name in an account, ARNs, attached policies' texts.
import { readFileSync } from "node:fs";
import type { PolicySource } from "./authorize.ts";
import type { IamEntity, IamGroup, IamPolicy, IamRole, IamUser } from "./shapes.ts";
import type { Collection, World } from "./world.ts";

interface AwsManagedPolicy {
  arn: string;
  version: string;
  createdAt: string;
  date: string;
  document: object;
}

export interface ManagedPolicy {
  arn: string;
  name: string;
  path: string;
  text: string;
  /** Of AWS, or of the account. */
  isAws: boolean;
  version: string;
  createdAt: string;
  updatedAt: string;
}

const facts = JSON.parse(
  readFileSync(new URL("../facts/managed-policies.json", import.meta.url), "utf8"),
) as {
  policies: Record<string, AwsManagedPolicy>;
};

const awsManaged = new Map(
  Object.entries(facts.policies).map(([name, policy]): [string, ManagedPolicy] => [
    policy.arn,
    {
      arn: policy.arn,
      name,
      path: pathOfArn(policy.arn),
      text: JSON.stringify(policy.document),
      isAws: true,
      version: policy.version,
      createdAt: policy.createdAt,
      updatedAt: policy.date,
    },
  ]),
);

export function awsManagedPolicies(world: World): ManagedPolicy[] {
  return [...awsManaged.values()].map((policy) => inPartition(world, policy));
}

/** Each partition has AWS's policies under its own ARNs, and their texts name its resources. */
function inPartition({ partition }: World, policy: ManagedPolicy): ManagedPolicy {
  if (partition === "aws") return policy;
  const [arn, text] = [policy.arn, policy.text].map((each) =>
    each.replaceAll("arn:aws:", `arn:${partition}:`),
  );
  return { ...policy, arn: arn ?? "", text: text ?? "" };
}

/** A managed policy by ARN, AWS's or the account's; undefined when there is none. */
export function managedPolicy(world: World, accountId: string, arn: string): ManagedPolicy | undefined {
  const aws = awsManaged.get(arn.replace(/^arn:[^:]+:/, "arn:aws:"));
  if (aws) return inPartition(world, aws);
  const policy = iam(world, accountId).policies.get(arn.slice(arn.lastIndexOf("/") + 1));
  if (!policy || policyArnOf(world, accountId, policy) !== arn) return undefined;
  return {
    arn,
    name: policy.PolicyName,
    path: policy.Path,
    text: policy.versions.find(({ VersionId }) => VersionId === policy.DefaultVersionId)?.document ?? "",
    isAws: false,
    version: policy.DefaultVersionId,
    createdAt: policy.CreateDate,
    updatedAt: policy.UpdateDate,
  };
}

export interface IamView {
  users: Collection<IamUser>;
  groups: Collection<IamGroup>;
  roles: Collection<IamRole>;
  policies: Collection<IamPolicy>;
}

export function iam(world: World, accountId: string): IamView {
  const place = { accountId, region: "global" };
  return {
    users: world.collection(place, "iam:user"),
    groups: world.collection(place, "iam:group"),
    roles: world.collection(place, "iam:role"),
    policies: world.collection(place, "iam:policy"),
  };
}

export function roleArnOf(world: World, accountId: string, role: Pick<IamRole, "Path" | "RoleName">): string {
  return `arn:${world.partition}:iam::${accountId}:role${role.Path}${role.RoleName}`;
}

export function userArnOf(world: World, accountId: string, user: Pick<IamUser, "Path" | "UserName">): string {
  return `arn:${world.partition}:iam::${accountId}:user${user.Path}${user.UserName}`;
}

export function policyArnOf(
  world: World,
  accountId: string,
  policy: Pick<IamPolicy, "Path" | "PolicyName">,
): string {
  return `arn:${world.partition}:iam::${accountId}:policy${policy.Path}${policy.PolicyName}`;
}

/** Inline and attached policies of one user, group or role. */
export function policiesOf(world: World, accountId: string, entity: IamEntity): PolicySource[] {
  const inline = Object.values(entity.inlinePolicies).map((text) => ({ text }));
  const attached = entity.attachedPolicies.flatMap((arn) => {
    const policy = managedPolicy(world, accountId, arn);
    return policy?.text ? [{ text: policy.text, arn }] : [];
  });
  return [...inline, ...attached];
}

/** The path between "policy" (or "role") and the name: "/" or "/job-function/". */
export function pathOfArn(arn: string): string {
  const resource = arn.split(":").slice(5).join(":");
  return resource.slice(resource.indexOf("/"), resource.lastIndexOf("/") + 1);
}
