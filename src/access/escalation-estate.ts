// What a search for escalation paths walks over in one account: its users and roles, and what runs as a role.
import type { Tag } from "#model/resource.ts";
import { type KeptDocument, readDocuments } from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";
import { type Account, type Identity, identityOf, openAccount, principalTypes } from "./account.ts";

/** A function or instance with the role that it acts as. */
export interface Holder {
  type: string;
  arn: string;
  resourceId: string;
  name: string | null;
  region: string;
  tags: readonly Tag[];
  roleArn: string;
}

export interface EscalationEstate {
  account: Account;
  principals: readonly Identity[];
  byArn: ReadonlyMap<string, Identity>;
  holders: readonly Holder[];
  /** More principals or holders than are looked at. */
  isCut: boolean;
}

const principalsAtMost = 2_000;
const holdersAtMost = 1_000;

export async function openEstate(tx: TenantTx, cloudId: string): Promise<EscalationEstate | undefined> {
  const account = await openAccount(tx, cloudId);
  if (!account) return undefined;
  const read = (types: string[], limit: number) => readDocuments(tx, { cloudId, types, after: null, limit });
  const documents = await read(principalTypes, principalsAtMost + 1);
  const profiles = await read(["aws.iam.instance-profile"], holdersAtMost);
  const machines = await read(["aws.lambda.function", "aws.ec2.instance"], holdersAtMost + 1);
  const principals = documents.slice(0, principalsAtMost).map((document) => identityOf(account, document));
  const rolesOf = new Map(profiles.map((profile) => [profile.arn, roleOfProfile(profile)]));
  return {
    account,
    principals,
    byArn: new Map(principals.map((identity) => [identity.arn, identity])),
    holders: machines.slice(0, holdersAtMost).flatMap((machine) => holderOf(machine, rolesOf) ?? []),
    isCut: documents.length > principalsAtMost || machines.length > holdersAtMost,
  };
}

function roleOfProfile({ properties }: KeptDocument): string | undefined {
  return (properties as { Roles?: { Arn?: string }[] }).Roles?.[0]?.Arn;
}

function holderOf(
  machine: KeptDocument,
  rolesOf: ReadonlyMap<string | null, string | undefined>,
): Holder | null {
  const { type, arn, id: resourceId, name, region, tags, properties } = machine;
  const { Role, IamInstanceProfile } = properties as { Role?: string; IamInstanceProfile?: { Arn?: string } };
  const roleArn = Role ?? rolesOf.get(IamInstanceProfile?.Arn ?? null);
  return arn === null || roleArn === undefined
    ? null
    : { type, arn, resourceId, name, region, tags, roleArn };
}
