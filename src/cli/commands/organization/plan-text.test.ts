// What an administrator is shown before anything is written.
import { beforeEach, expect, test } from "vitest";
import { externalId, memberRole, startDeployments } from "#onboarding/testing/deployments.ts";
import { small } from "../../../../simulator/worlds/small.ts";
import { type PlanContext, planJson, planText } from "./plan-text.ts";

const d = startDeployments();
beforeEach(() => d.start());

test("the plan shows the upload of a long template, and neither text nor object tells the external id (E4, E22)", async () => {
  await d.aws.must(small.managementAccountId, "s3", "CreateBucket", { Bucket: "mine-for-templates" });
  const wanted = d.wantedOf({ templateBucket: "mine-for-templates" });
  wanted.memberStack.template += `# ${"x".repeat(60_000)}\n`;
  const arn = (name: string) => `arn:aws:iam::${small.managementAccountId}:role/${name}`;
  const context: PlanContext = {
    ...{ administrator: await d.administrator(), wanted, plan: await d.plan(wanted), nickname: "Small" },
    roles: { organizationRole: arn(wanted.organizationStack.roleName), memberRole: arn(memberRole) },
  };
  const text = planText(context);
  expect(text).toMatch(
    /^template of Skywarden-Harvest-Member-Role: upload to s3:\/\/mine-for-templates\/skywarden\/deployments\/member-role-[0-9a-f]{12}\.yaml \(us-east-1\)$/m,
  );
  expect(text).toMatch(/template-bucket +pass +Too long for a call: the template of .* \(\d{5} bytes\)/);
  const shown = planJson(context);
  expect(shown.uploads).toMatchObject([{ roleName: memberRole, isThere: false, region: "us-east-1" }]);
  for (const all of [text, JSON.stringify(shown)]) {
    expect(all).not.toContain(externalId);
    expect(all).not.toContain("xxxx");
  }
});
