// Versions of managed policies: five at most, one of them in force.
import { managedPolicy } from "../../iam-lookup.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { IamPolicy } from "../../shapes.ts";
import { encoded, limitExceeded, type Marked, marked, needOwnPolicy, noSuchEntity, own } from "./entity.ts";
import { checkDocument, type OfPolicy } from "./managed-policies.ts";

interface OfVersion extends OfPolicy {
  VersionId: string;
}

export const policyVersionOperations: Record<string, Operation> = {
  CreatePolicyVersion(call: Call<OfPolicy & { PolicyDocument: string; SetAsDefault?: boolean }>) {
    const policy = needOwnPolicy(call, call.input.PolicyArn);
    return {
      PolicyVersion: addVersion(call, policy, call.input.PolicyDocument, call.input.SetAsDefault ?? false),
    };
  },
  GetPolicyVersion(call: Call<OfVersion>) {
    const { PolicyArn, VersionId } = call.input;
    const policy = managedPolicy(call.world, call.accountId, PolicyArn);
    const versions = policy?.isAws
      ? [{ VersionId: policy.version, CreateDate: policy.updatedAt, document: policy.text }]
      : policy && needOwnPolicy(call, PolicyArn).versions;
    const version = versions?.find((candidate) => candidate.VersionId === VersionId);
    if (!version)
      throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
    const { document, CreateDate } = version;
    const IsDefaultVersion = VersionId === policy?.version;
    return { PolicyVersion: { Document: encoded(document), VersionId, IsDefaultVersion, CreateDate } };
  },
  ListPolicyVersions(call: Call<OfPolicy & Marked>) {
    const { PolicyArn } = call.input;
    const policy = managedPolicy(call.world, call.accountId, PolicyArn);
    if (!policy) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
    const versions = policy.isAws
      ? [{ VersionId: policy.version, CreateDate: policy.updatedAt }]
      : needOwnPolicy(call, PolicyArn).versions.toReversed();
    const { items, ...rest } = marked(call.input, versions);
    const Versions = items.map(({ VersionId, CreateDate }) => ({
      VersionId,
      IsDefaultVersion: VersionId === policy.version,
      CreateDate,
    }));
    return { Versions, ...rest };
  },
  DeletePolicyVersion(call: Call<OfVersion>) {
    const policy = needOwnPolicy(call, call.input.PolicyArn);
    const { VersionId } = call.input;
    if (VersionId === policy.DefaultVersionId) {
      throw new AwsFault("DeleteConflict", "Cannot delete the default version of a policy.", 409);
    }
    needVersion(policy, VersionId);
    const versions = policy.versions.filter((version) => version.VersionId !== VersionId);
    own(call).policies.put(policy.PolicyName, { ...policy, versions });
  },
  SetDefaultPolicyVersion(call: Call<OfVersion>) {
    const policy = needOwnPolicy(call, call.input.PolicyArn);
    needVersion(policy, call.input.VersionId);
    const changed = { ...policy, DefaultVersionId: call.input.VersionId, UpdateDate: call.now.toISOString() };
    own(call).policies.put(policy.PolicyName, changed);
  },
};

function addVersion(call: Call, policy: IamPolicy, document: string, isDefault: boolean) {
  checkDocument(document);
  if (policy.versions.length >= 5) throw limitExceeded("VersionsPerPolicy", 5);
  const VersionId = `v${policy.nextVersion}`;
  const CreateDate = call.now.toISOString();
  own(call).policies.put(policy.PolicyName, {
    ...policy,
    versions: [...policy.versions, { VersionId, CreateDate, document }],
    nextVersion: policy.nextVersion + 1,
    UpdateDate: CreateDate,
    DefaultVersionId: isDefault ? VersionId : policy.DefaultVersionId,
  });
  return { VersionId, IsDefaultVersion: isDefault, CreateDate };
}

function needVersion(policy: IamPolicy, id: string): void {
  if (!policy.versions.some(({ VersionId }) => VersionId === id)) {
    throw noSuchEntity(`Policy ${policy.PolicyName} version ${id} does not exist or is not attachable.`);
  }
}
