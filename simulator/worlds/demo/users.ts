// Users of a demo account: a machine user with access keys, and sometimes a person with a password.
import { accessKeyId, iamId } from "../../ids.ts";
import type { IamAccessKey, IamGroup, IamUser } from "../../shapes.ts";
import type { Random } from "../../world.ts";
import { domain } from "./company.ts";
import { add, type Draft, daysAgo, isGood, isRareFault, streamOf, tagsFor } from "./draft.ts";

const people = ["amara.okafor", "bruno.rossi", "chen.wei", "dalia.haddad", "emil.novak", "hana.sato"];

/** `policy` is what exporting needs; it hangs on a group, or carelessly on the user. */
export function drawUsers(draft: Draft, policy: string): void {
  const random = streamOf(draft, "users");
  drawMachineUser(draft, random, policy);
  const isHumanWelcome = draft.environment !== "prod" || random.chance(0.3);
  if (isHumanWelcome) drawPerson(draft, random, random.pick(people));
}

function userOf(draft: Draft, random: Random, UserName: string): IamUser {
  return {
    UserName,
    UserId: iamId("AIDA", random),
    Path: "/",
    CreateDate: daysAgo(draft, 120 + random.int(900)),
    inlinePolicies: {},
    attachedPolicies: [],
    Tags: tagsFor(draft, UserName),
    groups: [],
    accessKeys: [],
    mfaDevices: [],
  };
}

function keyOf(draft: Draft, random: Random, ageDays: number): IamAccessKey {
  const wasUsed = random.chance(0.85);
  return {
    AccessKeyId: accessKeyId("AKIA", draft.accountId, random),
    Status: "Active",
    CreateDate: daysAgo(draft, ageDays),
    ...(wasUsed
      ? {
          lastUsed: {
            LastUsedDate: daysAgo(draft, random.int(Math.max(1, Math.min(ageDays, 120)))),
            ServiceName: "s3",
            Region: draft.regions[0],
          },
        }
      : {}),
  };
}

const goodAge = (random: Random) => 5 + random.int(80);
const badAge = (random: Random) => 120 + random.int(700);

function drawMachineUser(draft: Draft, random: Random, policy: string): void {
  const user = userOf(draft, random, "svc-export");
  const isCareful = isGood(draft, random);
  user.accessKeys = [keyOf(draft, random, isCareful ? goodAge(random) : badAge(random))];
  if (isRareFault(draft, random, 0.6)) user.accessKeys.push(keyOf(draft, random, badAge(random)));
  if (isGood(draft, random)) user.groups = [drawGroup(draft, random, policy)];
  else user.attachedPolicies = [policy];
  add(draft, "global", "iam:user", user.UserName, user);
}

function drawGroup(draft: Draft, random: Random, policy: string): string {
  const group: IamGroup = {
    GroupName: "exporters",
    GroupId: iamId("AGPA", random),
    Path: "/",
    CreateDate: daysAgo(draft, 1000),
    inlinePolicies: {},
    attachedPolicies: [policy],
  };
  add(draft, "global", "iam:group", group.GroupName, group);
  return group.GroupName;
}

function drawPerson(draft: Draft, random: Random, name: string): void {
  const user = userOf(draft, random, name);
  user.loginProfile = { CreateDate: user.CreateDate, PasswordResetRequired: false };
  user.PasswordLastUsed = daysAgo(draft, isGood(draft, random) ? random.int(30) : 100 + random.int(300));
  if (isGood(draft, random))
    user.mfaDevices = [
      {
        SerialNumber: `arn:${draft.world.partition}:iam::${draft.accountId}:mfa/${name}`,
        EnableDate: user.CreateDate,
      },
    ];
  if (isRareFault(draft, random, 0.4))
    user.attachedPolicies = [`arn:${draft.world.partition}:iam::aws:policy/AdministratorAccess`];
  user.Tags.push({ Key: "email", Value: `${name}@${domain}` });
  add(draft, "global", "iam:user", name, user);
}
