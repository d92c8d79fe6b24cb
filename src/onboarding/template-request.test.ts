import { expect, test } from "vitest";
import { openPlatformSources } from "#aws/platform-sources.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { requestedTemplate, type TemplateRequest } from "./template-request.ts";
import type { TemplateName } from "./templates/role-model.ts";

const error = { code: "NoPlatformCredentials", message: "none", status: null, requestId: null };
/** An installation without credentials: nobody is asked. */
const parts = {
  harvestActions: ["s3:ListAllMyBuckets"],
  platform: openPlatformSources({
    ...{ hostRegion: "us-east-1", configuredArn: null, storedKeys: async () => new Map() },
    host: {
      id: "host",
      credentials: async () => ({ ok: false, error: { ...error, reason: "unavailable" as const } }),
    },
    call: () => Promise.reject(new Error("nothing is called")),
    roles: { assume: () => Promise.reject(new Error("nothing is assumed")), forget: () => undefined },
  }),
} as unknown as OnboardingParts;

const role = (partition: string) => `arn:${partition}:iam::111111111111:role/Skywarden-Install-Role`;
const other = role("aws-cn");

test.each<[what: string, name: TemplateName, request: TemplateRequest, refused: string | null]>([
  ["asked for by CloudFormation", "member-role", {}, null],
  ["a script of the member role", "member-role", { format: "cli" }, "/platformRoleArn required"],
  [
    "Terraform of the organization role",
    "organization-role",
    { format: "terraform" },
    "/platformRoleArn required",
  ],
  ["documents for a given role", "member-role", { format: "json", platformRoleArn: [role("aws")] }, null],
  ["a script of the install role, which a service is trusted with", "install-role", { format: "cli" }, null],
  ["the combined stack, which asks for it", "combined", { format: "cli" }, null],
  ["published, with nothing filled in", "member-role", { unfilled: true, format: "cli" }, null],
  [
    "two roles of one partition",
    "member-role",
    { platformRoleArn: [role("aws"), role("aws").replace("1111", "2222")] },
    null,
  ],
  [
    "roles of two partitions",
    "member-role",
    { platformRoleArn: [role("aws"), other] },
    "/platformRoleArn/1 other-partition",
  ],
])("who is trusted is never guessed: %s (E16)", async (_, name, request, refused) => {
  const outcome = await requestedTemplate(parts, name, request);
  const errors = outcome.ok ? [] : (outcome.errors ?? []);
  expect(errors.map(({ path, code }) => `${path} ${code}`)).toEqual(refused === null ? [] : [refused]);
  if (outcome.ok) expect(outcome.value.text.length).toBeGreaterThan(500);
});
