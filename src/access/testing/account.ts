// An account as a harvest leaves it, for the tests of effective access: roles, users and groups as AWS lists them,
// two accounts in one organization, and one line for each row of an answer.
import { type CatalogEstate, openCatalogEstate, type TestCloud } from "#jobs/testing/catalog-estate.ts";
import { resourceId } from "#model/resource.ts";
import { type KeptDocument, readDocument } from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";

export const now = new Date("2026-11-22T12:00:00Z");
export const organizationId = "o-a1b2c3d4e5";
export const fullAccess = { Effect: "Allow", Action: "*", Resource: "*" };

export const text = (...statements: object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const allow = (statement: object) => ({ Effect: "Allow", Resource: "*", ...statement });
export const deny = (statement: object) => ({ Effect: "Deny", Resource: "*", ...statement });

export function role(RoleName: string, statements: object[], more: object = {}) {
  return {
    RoleName,
    RoleId: `AROA${RoleName.toUpperCase()}`,
    Path: "/",
    AssumeRolePolicyDocument: text(),
    RolePolicyList: [{ PolicyName: "own", PolicyDocument: text(...statements) }],
    ...more,
  };
}

export function trusting(principal: object, more: object = {}): { AssumeRolePolicyDocument: string } {
  const statement = {
    Sid: "Trust",
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...more,
  };
  return { AssumeRolePolicyDocument: text(statement) };
}

export interface AccessEstate {
  estate: CatalogEstate;
  cloud: TestCloud;
  other: TestCloud;
  /** Complete listings of IAM, of what is not given empty ones. */
  identities(of: TestCloud, items: Partial<Record<IdentityType, object[]>>): Promise<void>;
  /** Replaces the SCPs or RCPs: documents by the id that each hangs on. */
  organizationPolicies(type: "SERVICE" | "RESOURCE", byTarget: Record<string, object[]>): Promise<void>;
  withDocument<T>(
    type: string,
    nativeId: string,
    work: (tx: TenantTx, document: KeptDocument) => Promise<T | "unsupported">,
    of?: TestCloud,
  ): Promise<T>;
}

const identityTypes = ["role", "user", "group", "policy", "aws-managed-policy", "instance-profile"] as const;
type IdentityType = (typeof identityTypes)[number];

export async function openAccessEstate(): Promise<AccessEstate> {
  const estate = await openCatalogEstate();
  const [cloud, other] = (await estate.addTenant(2)) as [TestCloud, TestCloud];
  const { tenantId } = cloud;
  await placeInOrganization(estate, tenantId);
  const counts = new Map<string, number>();
  const opened: AccessEstate = {
    estate,
    cloud,
    other,
    async identities(of, items) {
      for (const type of identityTypes) {
        const listed = items[type] ?? [];
        const before = counts.get(`${of.id} ${type}`) ?? 0;
        counts.set(`${of.id} ${type}`, listed.length);
        await estate.harvest(of, `aws.iam.${type}`, listed);
        // A listing that loses many must be seen twice.
        if (listed.length < before) await estate.harvest(of, `aws.iam.${type}`, listed);
      }
    },
    async organizationPolicies(kind, byTarget) {
      const type = `${kind}_CONTROL_POLICY`;
      await estate.rows("delete from organization_policies where type = $1", [type]);
      for (const [target, statements] of Object.entries(byTarget))
        await estate.rows(
          `insert into organization_policies (tenant_id, organization_id, id, type, name, arn, aws_managed, document_hash, document, targets, read_at)
           values ($1, 'org_1', $2, $3, $2, 'arn:aws:organizations::1:policy/' || $2, false, 'h', $4, array[$5], now())`,
          [tenantId, `p-${kind.toLowerCase()}-${target}`, type, text(...statements), target],
        );
    },
    withDocument: (type, nativeId, work, of = cloud) =>
      estate.parts.store.withTenant(tenantId, async (tx) => {
        const scope = estate.parts.catalog.resourceTypes.get(type)?.scope;
        const id = resourceId(tenantId, of.id, type, scope === "global" ? "global" : "us-east-1", nativeId);
        const document = await readDocument(tx, id);
        if (!document) throw new Error(`${type} ${nativeId} is not stored`);
        const answer = await work(tx, document);
        if (answer === "unsupported") throw new Error(`${type} is not supported`);
        return answer;
      }),
  };
  await opened.organizationPolicies("SERVICE", allFull([cloud, other]));
  return opened;
}

/** What AWS attaches everywhere when SCPs are switched on. */
export function allFull(clouds: TestCloud[]): Record<string, object[]> {
  const targets = ["r-ab12", "ou-prod", ...clouds.map(({ accountId }) => accountId)];
  return Object.fromEntries(targets.map((target) => [target, [fullAccess]]));
}

async function placeInOrganization({ rows }: CatalogEstate, tenantId: string): Promise<void> {
  await rows(
    `insert into cloud_organizations (tenant_id, id, provider, provider_organization_id, management_account_id, root_id,
       nickname, credential_source, credentials, policies_read)
     values ($1, 'org_1', 'aws', $2, '111111111111', 'r-ab12', 'acme', 'host', '', $3)`,
    [tenantId, organizationId, JSON.stringify({ SERVICE_CONTROL_POLICY: now, RESOURCE_CONTROL_POLICY: now })],
  );
  await rows(
    `insert into organizational_units (tenant_id, organization_id, id, name, parent_id, path)
     values ($1, 'org_1', 'r-ab12', 'Root', null, '/Root'), ($1, 'org_1', 'ou-prod', 'Prod', 'r-ab12', '/Root/Prod')`,
    [tenantId],
  );
  await rows("update clouds set organization_id = 'org_1', unit_id = 'ou-prod' where tenant_id = $1", [
    tenantId,
  ]);
}
