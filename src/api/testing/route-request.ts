// A request that a route of the contract accepts, with an id of the caller's choice: for tests that go
// through every route.
import { loadCatalog } from "#catalog/load.ts";
import type { Route } from "#contract/route.ts";
import { publishableTemplate } from "#onboarding/publish-copies.ts";

const role = { arn: "arn:aws:iam::111111111111:role/Org" };
const memberRole = { arn: "arn:aws:iam::111111111111:role/Member" };
export const organizationForm = { provider: "aws", nickname: "acme", organizationRole: role, memberRole };

const { hash } = publishableTemplate("member-role", (await loadCatalog()).allHarvestActions(), "0.0.0-test");

const bodies: Record<string, unknown> = {
  signIn: { email: "nobody@example.org", password: "wrong" },
  createUser: { email: "new@example.org", password: "a long password", role: "viewer" },
  changeUser: { role: "viewer" },
  createApiKey: { name: "key", role: "basic-user" },
  createTenant: { name: "New" },
  changeTenant: { name: "Renamed" },
  validateOrganization: organizationForm,
  validateOrganizationChange: { nickname: "renamed" },
  createOrganization: organizationForm,
  changeOrganization: { autoBadge: true },
  createCloud: { provider: "aws", name: "one", roleArn: role.arn },
  validateCloud: { provider: "aws", name: "one", roleArn: role.arn },
  changeCloud: { paused: true },
  replaceBadges: { badges: [{ key: "env", value: "prod" }] },
  addBadge: { key: "env", value: "prod" },
  importBadges: { rows: [{ accountId: "1", key: "env", value: "prod" }] },
  checkCloudProblem: { state: "warning", code: null, cause: null },
  finishRotation: {},
  recordTemplateCopies: { region: "us-east-1", templates: [{ name: "member-role", hash }] },
  acknowledgePermission: { region: "us-east-1", action: "ec2:DescribeInstances", note: "meant so" },
  acknowledgePermissionProblem: { note: "meant so" },
  previewResourceAccess: { policy: null },
  acceptRoleDrift: { differences: ["a difference"] },
  putPlatformKey: { accessKeyId: "AKIAABCDEFGHIJKLMNOP", secretAccessKey: null },
  takeDemoStep: { act: "break" },
  createStrategy: { name: "often", intervalMinutes: 30 },
  changeStrategy: { intervalMinutes: 60 },
  searchResources: { type: "aws.s3.bucket", rule: { op: "isSet", path: "Name" } },
};
const queries: Record<string, string> = {
  removeBadge: "?key=env",
  withdrawAcknowledgement: "?region=us-east-1&action=ec2:DescribeInstances",
};

export function requestOf(route: Route, id: string) {
  const path = route.path
    .replace(":id", encodeURIComponent(id))
    .replace(":name", "member-role")
    .replace(":step", "role")
    .replace(":partition", "aws");
  const body = bodies[route.name];
  return {
    method: route.method,
    url: `/api/v1${path}${queries[route.name] ?? ""}`,
    ...(body === undefined ? {} : { payload: body as object }),
  };
}
