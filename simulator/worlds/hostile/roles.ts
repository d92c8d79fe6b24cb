// The harvest role in each account of the hostile world, with what is wrong with it there.
import { iamId } from "../../ids.ts";
import type { IamPolicy, IamRole } from "../../shapes.ts";
import type { Place, World } from "../../world.ts";
import { installRole, installRoleName } from "../install-role.ts";
import {
  externalId,
  harvestRole,
  hostingAccountId,
  managementAccountId,
  type Situation,
} from "./situation.ts";
import { situationOf, situations } from "./situations.ts";

export const boundaryName = "storage-and-identity-only";

const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

export function rolesIn(world: World, { accountId }: Place): [string, IamRole][] {
  if (accountId === hostingAccountId) {
    const role = installRole(world);
    const inlinePolicies = { ...role.inlinePolicies, "assume-csp-harvest": assumePolicy };
    return [[installRoleName, { ...role, inlinePolicies }]];
  }
  const situation = situations.find((each) => each.accountId === accountId);
  return situation?.role ? [harvestRoleOf(world, situation, situation.role)] : [];
}

const assumePolicy = document({
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Resource: `arn:aws:iam::*:role/*${harvestRole}*`,
});

function harvestRoleOf(world: World, situation: Situation, pathAndName: string): [string, IamRole] {
  const { name, accountId } = situation;
  const cut = pathAndName.lastIndexOf("/") + 1;
  const role: IamRole = {
    RoleName: pathAndName.slice(cut),
    RoleId: iamId("AROA", world.random(accountId, pathAndName)),
    Path: `/${pathAndName.slice(0, cut)}`,
    CreateDate: new Date(world.bornAt.getTime() - 60 * 86_400_000).toISOString(),
    MaxSessionDuration: 3600,
    Tags: [],
    trustPolicy: trust(situation),
    inlinePolicies: { "organization-and-policies": ownPolicy },
    attachedPolicies: ["arn:aws:iam::aws:policy/SecurityAudit"],
  };
  if (name === "boundary") role.permissionsBoundary = `arn:aws:iam::${accountId}:policy/${boundaryName}`;
  if (name === "trust-broken") role.trustedIds = { [installRoleArn]: "AROAGONEANDMADEAGAIN2" };
  return [role.RoleName, role];
}

/** What SecurityAudit does not hold and the probes need. */
const ownPolicy = document({
  Effect: "Allow",
  Action: ["organizations:List*", "organizations:Describe*", "s3:GetBucket*"],
  Resource: "*",
});

const installRoleArn = `arn:aws:iam::${hostingAccountId}:role/${installRoleName}`;

function trust({ name }: Situation): string {
  const expected = name === "other-external-id" ? "somebody-elses-external-id" : externalId;
  const AWS =
    name === "trust-broken"
      ? [installRoleArn]
      : [hostingAccountId, managementAccountId].map((id) => `arn:aws:iam::${id}:root`);
  return document({
    Effect: "Allow",
    Principal: { AWS },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "sts:ExternalId": expected } },
  });
}

export function policiesIn(world: World, { accountId }: Place): [string, IamPolicy][] {
  if (accountId !== situationOf("boundary").accountId) return [];
  const CreateDate = new Date(world.bornAt.getTime() - 60 * 86_400_000).toISOString();
  const policy: IamPolicy = {
    PolicyName: boundaryName,
    PolicyId: iamId("ANPA", world.random(accountId, boundaryName)),
    Path: "/",
    CreateDate,
    UpdateDate: CreateDate,
    DefaultVersionId: "v1",
    versions: [
      {
        VersionId: "v1",
        CreateDate,
        document: document({ Effect: "Allow", Action: ["s3:*", "iam:*"], Resource: "*" }),
      },
    ],
    nextVersion: 2,
    Tags: [],
  };
  return [[boundaryName, policy]];
}
