// The contract's answers by the names the pages use.
import type {
  getEscalationPaths,
  getResourceAccess,
  getResourcePermissions,
  previewResourceAccess,
} from "#contract/access.ts";
import type { getJob, getSummary } from "#contract/activity.ts";
import type { getCloud, getHarvest, listClouds } from "#contract/cloud.ts";
import type { listCloudProblems } from "#contract/cloud-problem.ts";
import type { getCloudRole, getOrganizationRoles } from "#contract/cloud-role.ts";
import type { getDemo } from "#contract/demo.ts";
import type { startRotation } from "#contract/external-id.ts";
import type {
  getFinding,
  getInsight,
  getResource,
  listFindings,
  listFrameworks,
  listInsights,
  listResources,
} from "#contract/inventory.ts";
import type { getAccessProof, listAccessProofRoles, removeOrganization } from "#contract/leaving.ts";
import type {
  createOrganization,
  getOrganization,
  getSyncPreview,
  validateOrganization,
} from "#contract/organization.ts";
import type {
  listPermissions,
  summarizeOrganizationPermissions,
  summarizePermissions,
} from "#contract/permission.ts";
import type { BodyOf, ResponseOf } from "#contract/route.ts";
import type { createCloud, validateCloud } from "#contract/single-cloud.ts";

export type Job = ResponseOf<typeof getJob>;
export type Summary = ResponseOf<typeof getSummary>;
export type Cloud = ResponseOf<typeof listClouds>["items"][number];
export type CloudDetail = ResponseOf<typeof getCloud>;
export type CloudRole = NonNullable<ResponseOf<typeof getCloudRole>["role"]>;
export type OrganizationRoles = ResponseOf<typeof getOrganizationRoles>;
export type CloudProblem = ResponseOf<typeof listCloudProblems>["items"][number];
export type Harvest = ResponseOf<typeof getHarvest>;
export type Permissions = ResponseOf<typeof summarizePermissions>;
export type PermissionProblem = ResponseOf<typeof summarizeOrganizationPermissions>["problems"][number];
export type PermissionRow = ResponseOf<typeof listPermissions>["items"][number];
export type Holding = ResponseOf<typeof getResourceAccess>["items"][number];
export type AccessStatement = Holding["statements"][number];
export type AccessPreview = ResponseOf<typeof previewResourceAccess>;
export type PrincipalService = ResponseOf<typeof getResourcePermissions>["services"][number];
export type EscalationPath = ResponseOf<typeof getEscalationPaths>["paths"][number];
export type Resource = ResponseOf<typeof listResources>["items"][number];
export type ResourceDetail = ResponseOf<typeof getResource>;
export type Finding = ResponseOf<typeof listFindings>["items"][number];
export type FindingDetail = ResponseOf<typeof getFinding>;
export type Insight = ResponseOf<typeof listInsights>["items"][number];
export type InsightDetail = ResponseOf<typeof getInsight>;
export type Framework = ResponseOf<typeof listFrameworks>["items"][number];
export type Score = Framework["score"];
export type Organization = ResponseOf<typeof getOrganization>;
export type SyncPreview = NonNullable<ResponseOf<typeof getSyncPreview>["preview"]>;
export type Validation = ResponseOf<typeof validateOrganization>;
export type CloudForm = BodyOf<typeof createCloud>;
export type CloudValidation = ResponseOf<typeof validateCloud>;
export type OrganizationForm = BodyOf<typeof createOrganization>;
export type OrganizationRemoval = ResponseOf<typeof removeOrganization>;
export type AccessProof = ResponseOf<typeof getAccessProof>;
export type AccessProofRole = ResponseOf<typeof listAccessProofRoles>["items"][number];
export type Rotation = ResponseOf<typeof startRotation>["rotation"];
export type DemoStep = ResponseOf<typeof getDemo>["steps"][number];
