// What an account has once: the root user, the password policy, contacts, the account-wide S3 block,
// and the multi-region trails that reach it (an organization's trail is seen here as a shadow).
import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.account.settings",
  title: "Account settings",
  category: "settings",
  client: "iam",
  scope: "global",
  list: null,
  details: [
    call("GetAccountSummary", { take: "SummaryMap", into: "SummaryMap" }),
    call("GetAccountPasswordPolicy", {
      take: "PasswordPolicy",
      into: "PasswordPolicy",
      absentOn: ["NoSuchEntity"],
    }),
    call("ListVirtualMFADevices", {
      fixed: { AssignmentStatus: "Assigned" },
      take: "VirtualMFADevices",
      into: "VirtualMFADevices",
    }),
    call("GetAlternateContact", {
      client: "account",
      fixed: { AlternateContactType: "SECURITY" },
      take: "AlternateContact",
      into: "SecurityContact",
      absentOn: ["ResourceNotFoundException"],
    }),
    call("GetPublicAccessBlock", {
      client: "s3-control",
      input: { AccountId: "@account" },
      take: "PublicAccessBlockConfiguration",
      into: "S3PublicAccessBlock",
      absentOn: ["NoSuchPublicAccessBlockConfiguration"],
    }),
    call("DescribeTrails", { client: "cloudtrail", take: "trailList", into: "Trails" }),
  ],
  id: "@account",
  arn: "arn:{partition}:iam::{account}:root",
  volatile: ["VirtualMFADevices[].User.PasswordLastUsed"],
  sensitive: ["VirtualMFADevices[].Base32StringSeed", "VirtualMFADevices[].QRCodePNG"],
  relations: { trail: { to: "aws.cloudtrail.trail", by: "Trails[].TrailARN" } },
  events: {
    UpdateAccountPasswordPolicy: "recipientAccountId",
    DeleteAccountPasswordPolicy: "recipientAccountId",
    PutAlternateContact: "recipientAccountId",
    DeleteAlternateContact: "recipientAccountId",
    PutAccountPublicAccessBlock: "recipientAccountId",
    DeleteAccountPublicAccessBlock: "recipientAccountId",
    CreateTrail: "recipientAccountId",
    UpdateTrail: "recipientAccountId",
    DeleteTrail: "recipientAccountId",
  },
});
