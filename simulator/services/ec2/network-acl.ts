// Network ACLs: made, filled with numbered rules, tied to subnets. A VPC's default ACL cannot be deleted.
import type {
  CreateNetworkAclEntryRequest,
  CreateNetworkAclRequest,
  DeleteNetworkAclEntryRequest,
  DeleteNetworkAclRequest,
  NetworkAcl,
  NetworkAclEntry,
  ReplaceNetworkAclAssociationRequest,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { kept, tagsFrom } from "./describe.ts";
import { ec2Id } from "./ids.ts";
import { needVpc } from "./vpc.ts";
import { defaultAcl } from "./vpc-parts.ts";

type StoredAcl = Stored<NetworkAcl>;

const acls = kept<StoredAcl>({
  kind: "ec2:network-acl",
  noun: "networkAcl ID",
  notFound: "InvalidNetworkAclID.NotFound",
});

function createNetworkAcl(call: Call<CreateNetworkAclRequest>) {
  const { VpcId = "" } = needVpc(call, call.input.VpcId);
  const id = ec2Id("acl");
  const standard = defaultAcl(call, VpcId, id);
  const NetworkAcl = acls.put(call, id, {
    ...standard,
    IsDefault: false,
    // A new one lets nothing through: it has the closing denials only.
    Entries: (standard.Entries ?? []).filter((entry) => entry.RuleAction === "deny"),
    Tags: tagsFrom(call.input.TagSpecifications, "network-acl"),
  });
  return { NetworkAcl };
}

function deleteNetworkAcl(call: Call<DeleteNetworkAclRequest>) {
  const { NetworkAclId: id, IsDefault, Associations } = acls.need(call, call.input.NetworkAclId);
  if (IsDefault) throw new AwsFault("InvalidParameterValue", `cannot delete default network ACL ${id}`);
  if (Associations?.length)
    throw new AwsFault(
      "DependencyViolation",
      `The networkAcl '${id}' has dependencies and cannot be deleted.`,
    );
  acls.delete(call, id);
  return {};
}

function entryFrom({ input }: Call<CreateNetworkAclEntryRequest>): Stored<NetworkAclEntry> {
  const { RuleNumber = 0, RuleAction, Egress, CidrBlock, Ipv6CidrBlock, PortRange, IcmpTypeCode } = input;
  if (RuleNumber < 1 || RuleNumber > 32_766)
    throw new AwsFault(
      "InvalidParameterValue",
      `Value (${RuleNumber}) for parameter ruleNumber is invalid. Rule number must be between 1 and 32766.`,
    );
  if (!CidrBlock && !Ipv6CidrBlock)
    throw new AwsFault(
      "MissingParameter",
      "The request must contain the parameter cidrBlock or ipv6CidrBlock",
    );
  return {
    RuleNumber,
    RuleAction,
    Egress,
    Protocol: input.Protocol,
    ...(CidrBlock ? { CidrBlock } : {}),
    ...(Ipv6CidrBlock ? { Ipv6CidrBlock } : {}),
    ...(PortRange ? { PortRange } : {}),
    ...(IcmpTypeCode ? { IcmpTypeCode } : {}),
  };
}

const isRule = (entry: Stored<NetworkAclEntry>, asked: { RuleNumber?: unknown; Egress?: unknown }) =>
  entry.RuleNumber === asked.RuleNumber && entry.Egress === asked.Egress;

function createEntry(call: Call<CreateNetworkAclEntryRequest>) {
  const acl = acls.need(call, call.input.NetworkAclId);
  const entry = entryFrom(call);
  if (acl.Entries?.some((each) => isRule(each, entry)))
    throw new AwsFault(
      "NetworkAclEntryAlreadyExists",
      `The network acl entry identified by ${entry.RuleNumber} already exists.`,
    );
  acls.put(call, acl.NetworkAclId, sorted(acl, [...(acl.Entries ?? []), entry]));
  return {};
}

function changeEntry(call: Call<DeleteNetworkAclEntryRequest>, replacement?: Stored<NetworkAclEntry>) {
  const acl = acls.need(call, call.input.NetworkAclId);
  const { RuleNumber, Egress } = call.input;
  const left = (acl.Entries ?? []).filter((each) => !isRule(each, { RuleNumber, Egress }));
  if (left.length === acl.Entries?.length || RuleNumber === 32_767)
    throw new AwsFault(
      "InvalidNetworkAclEntry.NotFound",
      `The network acl entry identified by ${RuleNumber} does not exist.`,
    );
  acls.put(call, acl.NetworkAclId, sorted(acl, replacement ? [...left, replacement] : left));
  return {};
}

/** Rules outward first, then by number, as AWS lists them. */
function sorted(acl: StoredAcl, entries: Stored<NetworkAclEntry>[]): StoredAcl {
  const Entries = entries.toSorted(
    (one, other) =>
      Number(other.Egress) - Number(one.Egress) || (one.RuleNumber ?? 0) - (other.RuleNumber ?? 0),
  );
  return { ...acl, Entries };
}

function replaceAssociation(call: Call<ReplaceNetworkAclAssociationRequest>) {
  const { AssociationId } = call.input;
  acls.need(call, call.input.NetworkAclId);
  const from = acls
    .list(call)
    .find((acl) => acl.Associations?.some((each) => each.NetworkAclAssociationId === AssociationId));
  const association = from?.Associations?.find((each) => each.NetworkAclAssociationId === AssociationId);
  if (!from || !association)
    throw new AwsFault(
      "InvalidAssociationID.NotFound",
      `The association ID '${AssociationId}' does not exist`,
    );
  acls.put(call, from.NetworkAclId, {
    ...from,
    Associations: from.Associations?.filter((each) => each !== association),
  });
  const NewAssociationId = tieSubnet(call, acls.need(call, call.input.NetworkAclId), association.SubnetId);
  return { NewAssociationId };
}

function tieSubnet(call: Call, acl: StoredAcl, SubnetId: string | undefined): string {
  const NetworkAclAssociationId = ec2Id("aclassoc");
  const association = { NetworkAclAssociationId, NetworkAclId: acl.NetworkAclId, SubnetId };
  acls.put(call, acl.NetworkAclId, { ...acl, Associations: [...(acl.Associations ?? []), association] });
  return NetworkAclAssociationId;
}

/** A new subnet belongs to its VPC's default ACL. */
export function tieToDefaultAcl(call: Call, vpcId: string | undefined, subnetId: string): void {
  const standard = acls.list(call).find((each) => each.VpcId === vpcId && each.IsDefault);
  if (standard) tieSubnet(call, standard, subnetId);
}

export function untieFromAcls(call: Call, subnetId: string): void {
  for (const acl of acls.list(call)) {
    const left = acl.Associations?.filter((each) => each.SubnetId !== subnetId);
    if (left?.length !== acl.Associations?.length)
      acls.put(call, acl.NetworkAclId, { ...acl, Associations: left });
  }
}

export const networkAclOperations: Record<string, Operation> = {
  CreateNetworkAcl: createNetworkAcl,
  DeleteNetworkAcl: deleteNetworkAcl,
  CreateNetworkAclEntry: createEntry,
  ReplaceNetworkAclEntry: (call: Call<CreateNetworkAclEntryRequest>) => changeEntry(call, entryFrom(call)),
  DeleteNetworkAclEntry: (call: Call<DeleteNetworkAclEntryRequest>) => changeEntry(call),
  ReplaceNetworkAclAssociation: replaceAssociation,
};
