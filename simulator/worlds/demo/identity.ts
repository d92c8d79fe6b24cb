// IAM of a demo account but its users: roles with their trust, policies, the password rules.
import { iamId } from "../../ids.ts";
import type { IamInstanceProfile, IamPolicy, IamRole } from "../../shapes.ts";
import type { Random } from "../../world.ts";
import { chosenIds } from "./accounts.ts";
import type { InstanceProfile } from "./compute.ts";
import { add, type Draft, daysAgo, isGood, isRareFault, streamOf, teamOf } from "./draft.ts";
import { drawUsers } from "./users.ts";

export interface Identities {
  profile: InstanceProfile;
  functionRoleArn: string;
  monitoringRoleArn: string;
}

const arn = (draft: Draft, rest: string) => `arn:${draft.world.partition}:iam::${draft.accountId}:${rest}`;
const awsPolicy = (draft: Draft, name: string) => `arn:${draft.world.partition}:iam::aws:policy/${name}`;
const policyText = (...statements: object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export function drawIdentities(draft: Draft): Identities {
  const random = streamOf(draft, "identities");
  const team = teamOf(draft);
  const appPolicy = drawPolicy(draft, random, `${team}-app`, {
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: `arn:${draft.world.partition}:s3:::${team}-*/*`,
  });
  const second = drawSecondPolicy(draft, random, team);
  const profile = drawInstanceRole(draft, random, `${team}-instance`, [appPolicy]);
  const functionRole = serviceRole(draft, random, `${team}-function`, "lambda.amazonaws.com", {
    inlinePolicies: {
      logs: policyText({
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "*",
      }),
    },
    attachedPolicies: [appPolicy],
  });
  const monitoringRole = serviceRole(draft, random, "rds-monitoring", "monitoring.rds.amazonaws.com", {
    inlinePolicies: {
      logs: policyText({
        Effect: "Allow",
        Action: "logs:PutLogEvents",
        Resource: "arn:*:logs:*:*:log-group:RDS*",
      }),
    },
  });
  drawFlowLogRole(draft, random, team);
  drawCrossAccountRole(draft, random, second);
  drawServiceLinkedRole(draft, random);
  drawUsers(draft, second);
  drawPasswordRules(draft, random);
  if (isRareFault(draft, random, 0.06))
    add(draft, "global", "iam:root", "self", {
      mfaEnabled: false,
      hardwareMfa: false,
      accessKeysPresent: random.chance(0.3),
    });
  add(draft, "global", "iam:alias", `meridian-${draft.name}`, { alias: `meridian-${draft.name}` });
  return { profile, functionRoleArn: functionRole, monitoringRoleArn: monitoringRole };
}

function drawPolicy(draft: Draft, random: Random, name: string, statement: object): string {
  const CreateDate = daysAgo(draft, 100 + random.int(700));
  const policy: IamPolicy = {
    PolicyName: name,
    PolicyId: iamId("ANPA", random),
    Path: "/",
    CreateDate,
    UpdateDate: CreateDate,
    DefaultVersionId: "v1",
    versions: [{ VersionId: "v1", CreateDate, document: policyText(statement) }],
    nextVersion: 2,
    Tags: [],
  };
  add(draft, "global", "iam:policy", name, policy);
  return arn(draft, `policy/${name}`);
}

/** What deployments may do: mostly named services, in careless accounts everything. */
function drawSecondPolicy(draft: Draft, random: Random, team: string): string {
  if (isRareFault(draft, random, 0.5))
    return drawPolicy(draft, random, `${team}-power`, { Effect: "Allow", Action: "*", Resource: "*" });
  return drawPolicy(draft, random, `${team}-deploy`, {
    Effect: "Allow",
    Action: ["cloudformation:*", "lambda:UpdateFunctionCode", "ecs:UpdateService", "s3:PutObject"],
    Resource: "*",
  });
}

type RoleWish = Pick<IamRole, "trustPolicy"> &
  Partial<Pick<IamRole, "inlinePolicies" | "attachedPolicies" | "Path" | "Description">>;

function drawRole(draft: Draft, random: Random, name: string, wish: RoleWish): string {
  const Path = wish.Path ?? "/";
  const role: IamRole = {
    RoleName: name,
    RoleId: iamId("AROA", random),
    CreateDate: daysAgo(draft, 90 + random.int(900)),
    MaxSessionDuration: 3600,
    inlinePolicies: {},
    attachedPolicies: [],
    Tags: [],
    ...(random.chance(0.8)
      ? { lastUsed: { LastUsedDate: daysAgo(draft, random.int(30)), Region: draft.regions[0] } }
      : {}),
    ...wish,
    Path,
  };
  add(draft, "global", "iam:role", name, role);
  return arn(draft, `role${Path}${name}`);
}

const trustOf = (principal: object, condition?: object) =>
  policyText({
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...(condition ? { Condition: condition } : {}),
  });

function serviceRole(
  draft: Draft,
  random: Random,
  name: string,
  service: string,
  wish: Omit<RoleWish, "trustPolicy">,
): string {
  return drawRole(draft, random, name, { trustPolicy: trustOf({ Service: service }), ...wish });
}

function drawInstanceRole(draft: Draft, random: Random, name: string, policies: string[]): InstanceProfile {
  const isAdmin = isRareFault(draft, random, 0.3);
  serviceRole(draft, random, name, "ec2.amazonaws.com", {
    attachedPolicies: isAdmin ? [awsPolicy(draft, "AdministratorAccess")] : policies,
  });
  const profile: IamInstanceProfile = {
    InstanceProfileName: name,
    InstanceProfileId: iamId("AIPA", random),
    Path: "/",
    CreateDate: daysAgo(draft, 90 + random.int(900)),
    roles: [name],
    Tags: [],
  };
  add(draft, "global", "iam:instance-profile", name, profile);
  return { Arn: arn(draft, `instance-profile/${name}`), Id: profile.InstanceProfileId };
}

function drawFlowLogRole(draft: Draft, random: Random, team: string): void {
  serviceRole(draft, random, `${team}-flow-logs`, "vpc-flow-logs.amazonaws.com", {
    inlinePolicies: {
      logs: policyText({
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "*",
      }),
    },
  });
}

/** Deployments come from the pipeline account; some accounts let a vendor in, a few of them anybody. */
function drawCrossAccountRole(draft: Draft, random: Random, policy: string): void {
  const { pipelineAccountId } = chosenIds(draft.world);
  if (random.chance(0.7)) {
    const principal = { AWS: `arn:${draft.world.partition}:iam::${pipelineAccountId}:root` };
    drawRole(draft, random, "meridian-deploy", {
      trustPolicy: trustOf(principal),
      attachedPolicies: [policy],
    });
    return;
  }
  const vendor = draft.world.random("demo", "vendor").int(900_000_000_000) + 100_000_000_000;
  const isOpen = isRareFault(draft, random, 0.2);
  const principal = { AWS: isOpen ? "*" : `arn:${draft.world.partition}:iam::${vendor}:root` };
  const condition =
    isGood(draft, random) && !isOpen ? { StringEquals: { "sts:ExternalId": random.hex(24) } } : undefined;
  drawRole(draft, random, "vendor-monitoring", {
    trustPolicy: trustOf(principal, condition),
    attachedPolicies: [
      awsPolicy(draft, random.chance(0.7) ? "job-function/ViewOnlyAccess" : "ReadOnlyAccess"),
    ],
    Description: "Read access of the monitoring vendor",
  });
}

function drawServiceLinkedRole(draft: Draft, random: Random): void {
  drawRole(draft, random, "AWSServiceRoleForOrganizations", {
    Path: "/aws-service-role/organizations.amazonaws.com/",
    trustPolicy: trustOf({ Service: "organizations.amazonaws.com" }),
    Description:
      "Service-linked role used by AWS Organizations to enable integration of other AWS services with Organizations.",
  });
}

function drawPasswordRules(draft: Draft, random: Random): void {
  if (isRareFault(draft, random, 0.4)) return;
  const isStrict = isGood(draft, random);
  add(draft, "global", "iam:password-policy", "self", {
    MinimumPasswordLength: isStrict ? 16 : 8,
    RequireSymbols: isStrict,
    RequireNumbers: true,
    RequireUppercaseCharacters: true,
    RequireLowercaseCharacters: true,
    AllowUsersToChangePassword: true,
    ExpirePasswords: isStrict,
    ...(isStrict ? { MaxPasswordAge: 90, PasswordReusePrevention: 24 } : {}),
    HardExpiry: false,
  });
}
