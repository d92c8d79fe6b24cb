// Keys that AWS manages have a policy and a rotation that nobody can change: those are not read.
import { call, defineResourceType } from "#catalog/define.ts";
import { and, equals, isIn } from "#rules/build.ts";

const key = { input: { KeyId: "KeyId" } };
const customerManaged = equals("KeyMetadata.KeyManager", "CUSTOMER");

export default defineResourceType({
  type: "aws.kms.key",
  title: "KMS key",
  category: "encryption key",
  client: "kms",
  scope: "regional",
  list: call("ListKeys", { items: "Keys" }),
  details: [
    call("DescribeKey", { ...key, take: "KeyMetadata", into: "KeyMetadata" }),
    call("GetKeyPolicy", { ...key, take: "Policy", into: "Policy", when: customerManaged }),
    call("GetKeyRotationStatus", {
      ...key,
      into: "Rotation",
      // AWS refuses the question for other keys, and for those on their way out.
      when: and(
        customerManaged,
        equals("KeyMetadata.KeySpec", "SYMMETRIC_DEFAULT"),
        equals("KeyMetadata.Origin", "AWS_KMS"),
        isIn("KeyMetadata.KeyState", ["Enabled", "Disabled"]),
      ),
    }),
    // A key may have 50,000 of them; who may use it stays unknown past this.
    call("ListGrants", { ...key, take: "Grants", into: "Grants", atMost: 1000, when: customerManaged }),
    call("ListResourceTags", { ...key, take: "Tags", into: "Tags", when: customerManaged }),
  ],
  id: "KeyId",
  arn: "arn:{partition}:kms:{region}:{account}:key/{KeyId}",
  createdAt: "KeyMetadata.CreationDate",
  tags: "Tags",
  json: ["Policy"],
  events: {
    CreateKey: "responseElements.keyMetadata.keyId",
    ReplicateKey: "responseElements.replicaKeyMetadata.keyId",
    PutKeyPolicy: "requestParameters.keyId",
    EnableKey: "requestParameters.keyId",
    DisableKey: "requestParameters.keyId",
    EnableKeyRotation: "requestParameters.keyId",
    DisableKeyRotation: "requestParameters.keyId",
    ScheduleKeyDeletion: "requestParameters.keyId",
    CancelKeyDeletion: "requestParameters.keyId",
    DeleteKey: "resources[].ARN",
    UpdateKeyDescription: "requestParameters.keyId",
    CreateGrant: "requestParameters.keyId",
    RevokeGrant: "requestParameters.keyId",
    RetireGrant: "resources[].ARN",
    TagResource: "requestParameters.keyId",
    UntagResource: "requestParameters.keyId",
  },
});
