// CreateTags and DeleteTags over every kind of EC2 resource: the id's prefix tells the kind.
import type { CreateTagsRequest, DeleteTagsRequest } from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { here } from "./describe.ts";

interface Tagged {
  Tags?: { Key: string; Value: string }[];
  TagSet?: { Key: string; Value: string }[];
}

const kinds: Record<string, { kind: string; notFound: string }> = {
  i: { kind: "ec2:instance", notFound: "InvalidInstanceID.NotFound" },
  sg: { kind: "ec2:security-group", notFound: "InvalidGroup.NotFound" },
  vpc: { kind: "ec2:vpc", notFound: "InvalidVpcID.NotFound" },
  subnet: { kind: "ec2:subnet", notFound: "InvalidSubnetID.NotFound" },
  vol: { kind: "ec2:volume", notFound: "InvalidVolume.NotFound" },
  snap: { kind: "ec2:snapshot", notFound: "InvalidSnapshot.NotFound" },
  fl: { kind: "ec2:flow-log", notFound: "InvalidFlowLogId.NotFound" },
  eni: { kind: "ec2:network-interface", notFound: "InvalidNetworkInterfaceID.NotFound" },
  rtb: { kind: "ec2:route-table", notFound: "InvalidRouteTableID.NotFound" },
  igw: { kind: "ec2:internet-gateway", notFound: "InvalidInternetGatewayID.NotFound" },
  acl: { kind: "ec2:network-acl", notFound: "InvalidNetworkAclID.NotFound" },
  dopt: { kind: "ec2:dhcp-options", notFound: "InvalidDhcpOptionID.NotFound" },
  nat: { kind: "ec2:nat-gateway", notFound: "NatGatewayNotFound" },
  eipalloc: { kind: "ec2:address", notFound: "InvalidAllocationID.NotFound" },
  vpce: { kind: "ec2:vpc-endpoint", notFound: "InvalidVpcEndpointId.NotFound" },
  ami: { kind: "ec2:image", notFound: "InvalidAMIID.NotFound" },
  lt: { kind: "ec2:launch-template", notFound: "InvalidLaunchTemplateId.NotFound" },
  key: { kind: "ec2:key-pair", notFound: "InvalidKeyPair.NotFound" },
};

function changeTags(
  call: Call<{ Resources?: string[] | undefined }>,
  change: (tags: { Key: string; Value: string }[]) => { Key: string; Value: string }[],
) {
  const found = (call.input.Resources ?? []).map((id) => {
    const { kind, notFound } = kinds[id.slice(0, id.indexOf("-"))] ?? {};
    if (!kind || !notFound) throw new AwsFault("InvalidID", `The ID '${id}' is not valid`);
    const value = call.world.collection<Tagged>(here(call), kind).get(id);
    if (!value) throw new AwsFault(notFound, `The ID '${id}' does not exist`);
    return { kind, id, value };
  });
  for (const { kind, id, value } of found) {
    const member = kind === "ec2:network-interface" ? "TagSet" : "Tags";
    call.world
      .collection<Tagged>(here(call), kind)
      .put(id, { ...value, [member]: change(value[member] ?? []) });
  }
  return {};
}

function createTags(call: Call<CreateTagsRequest>) {
  const wanted = (call.input.Tags ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value }));
  if (wanted.some((tag) => tag.Key.startsWith("aws:")))
    throw new AwsFault(
      "InvalidParameterValue",
      "Tag keys starting with 'aws:' are reserved for internal use",
    );
  const keys = new Set(wanted.map((tag) => tag.Key));
  return changeTags(call, (tags) => {
    const all = [...tags.filter((tag) => !keys.has(tag.Key)), ...wanted];
    if (all.length > 50) throw new AwsFault("TagLimitExceeded", "More than 50 tags specified");
    return all;
  });
}

/** A tag named with a value goes only if it has that value; without tags all user tags go. */
function deleteTags(call: Call<DeleteTagsRequest>) {
  const { Tags } = call.input;
  return changeTags(call, (tags) =>
    tags.filter((tag) =>
      Tags
        ? !Tags.some((each) => each.Key === tag.Key && (each.Value === undefined || each.Value === tag.Value))
        : false,
    ),
  );
}

export const tagOperations: Record<string, Operation> = { CreateTags: createTags, DeleteTags: deleteTags };
