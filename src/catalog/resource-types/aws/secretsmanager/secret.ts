// A secret's description, policy and rotation; never its value.
import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.secretsmanager.secret",
  title: "Secrets Manager secret",
  category: "secret",
  client: "secrets-manager",
  scope: "regional",
  list: call("ListSecrets", { items: "SecretList" }),
  details: [
    call("GetResourcePolicy", {
      input: { SecretId: "ARN" },
      take: "ResourcePolicy",
      into: "ResourcePolicy",
    }),
  ],
  id: "ARN",
  name: "Name",
  arn: "@ARN",
  createdAt: "CreatedDate",
  tags: "Tags",
  // AWS keeps the day of the last read.
  volatile: ["LastAccessedDate"],
  json: ["ResourcePolicy"],
  relations: {
    encryptedBy: { to: "aws.kms.key", by: "KmsKeyId" },
    rotatedBy: { to: "aws.lambda.function", by: "RotationLambdaARN" },
  },
  events: {
    CreateSecret: "responseElements.aRN",
    UpdateSecret: "responseElements.aRN",
    DeleteSecret: "responseElements.aRN",
    RestoreSecret: "responseElements.aRN",
    PutResourcePolicy: "responseElements.aRN",
    DeleteResourcePolicy: "responseElements.aRN",
    RotateSecret: "responseElements.aRN",
    CancelRotateSecret: "responseElements.aRN",
    PutSecretValue: "responseElements.aRN",
    TagResource: "requestParameters.secretId",
    UntagResource: "requestParameters.secretId",
  },
});
