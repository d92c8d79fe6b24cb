// The organization over the wire: pages, paths, moves, policies attached and detached, tags, who may ask.
import {
  AccountClient,
  GetAlternateContactCommand,
  GetContactInformationCommand,
  GetRegionOptStatusCommand,
  ListRegionsCommand,
} from "@aws-sdk/client-account";
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribeAccountCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  MoveAccountCommand,
  OrganizationsClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePolicyCommand,
} from "@aws-sdk/client-organizations";
import { expect, test } from "vitest";
import { errorOf, startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";

const wire = startSmall();
const organizations = () => wire.client(OrganizationsClient);
const denyAll = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
});

test("accounts come in pages with their state and path", async () => {
  const first = await organizations().send(new ListAccountsCommand({ MaxResults: 3 }));
  expect(first.Accounts?.map(({ Id, State }) => `${Id} ${State}`)).toEqual([
    `${small.managementAccountId} ACTIVE`,
    `${small.prodAccountId} ACTIVE`,
    `${small.devAccountId} ACTIVE`,
  ]);
  const last = await organizations().send(new ListAccountsCommand({ NextToken: first.NextToken }));
  expect(last.NextToken).toBeUndefined();
  expect(last.Accounts).toMatchObject([
    {
      Id: small.suspendedAccountId,
      Status: "SUSPENDED",
      State: "SUSPENDED",
      Paths: [`${small.organizationId}/${small.rootId}/${small.devUnitId}/${small.suspendedAccountId}/`],
    },
  ]);
});

test("the tree: roots, parents, moves and closing", async () => {
  const { Roots = [] } = await organizations().send(new ListRootsCommand({}));
  expect(Roots).toMatchObject([
    { Id: small.rootId, PolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }] },
  ]);
  const made = await organizations().send(
    new CreateOrganizationalUnitCommand({ ParentId: small.prodUnitId, Name: "inner" }),
  );
  const inner = made.OrganizationalUnit?.Id ?? "";
  expect(inner).toMatch(/^ou-sm01-[a-z0-9]{8}$/);
  const twice = new CreateOrganizationalUnitCommand({ ParentId: small.prodUnitId, Name: "inner" });
  expect(await errorOf(organizations().send(twice))).toMatchObject({
    code: "DuplicateOrganizationalUnitException",
  });
  const move = {
    AccountId: small.prodAccountId,
    SourceParentId: small.devUnitId,
    DestinationParentId: inner,
  };
  expect(await errorOf(organizations().send(new MoveAccountCommand(move)))).toMatchObject({
    code: "SourceParentNotFoundException",
  });
  await organizations().send(new MoveAccountCommand({ ...move, SourceParentId: small.prodUnitId }));
  const { Parents } = await organizations().send(new ListParentsCommand({ ChildId: small.prodAccountId }));
  expect(Parents).toEqual([{ Id: inner, Type: "ORGANIZATIONAL_UNIT" }]);
  const { Accounts } = await organizations().send(new ListAccountsForParentCommand({ ParentId: inner }));
  expect(Accounts).toMatchObject([{ Id: small.prodAccountId }]);
  await organizations().send(new CloseAccountCommand({ AccountId: small.prodAccountId }));
  const closed = await organizations().send(new DescribeAccountCommand({ AccountId: small.prodAccountId }));
  expect(closed.Account).toMatchObject({ State: "PENDING_CLOSURE", Status: "PENDING_CLOSURE" });
});

test("policies: written, attached, listed both ways, never the last one detached", async () => {
  const client = organizations();
  const { Policy } = await client.send(
    new CreatePolicyCommand({
      Name: "Freeze",
      Description: "",
      Content: denyAll,
      Type: "SERVICE_CONTROL_POLICY",
    }),
  );
  const PolicyId = Policy?.PolicySummary?.Id ?? "";
  const attach = { PolicyId, TargetId: small.devAccountId };
  await client.send(new AttachPolicyCommand(attach));
  expect(await errorOf(client.send(new AttachPolicyCommand(attach)))).toMatchObject({
    code: "DuplicatePolicyAttachmentException",
  });
  const Filter = "SERVICE_CONTROL_POLICY" as const;
  const ofTarget = await client.send(
    new ListPoliciesForTargetCommand({ TargetId: small.devAccountId, Filter }),
  );
  expect(ofTarget.Policies?.map(({ Name, AwsManaged }) => `${Name} ${AwsManaged}`)).toEqual([
    "FullAWSAccess true",
    "Freeze false",
  ]);
  const { Targets } = await client.send(new ListTargetsForPolicyCommand({ PolicyId }));
  expect(Targets).toMatchObject([{ TargetId: small.devAccountId, Type: "ACCOUNT", Name: "dev" }]);
  const frozen = wire.client(AccountClient, await wire.asMember(small.devAccountId));
  expect((await errorOf(frozen.send(new ListRegionsCommand({}))))?.message).toContain(
    "explicit deny in a service control policy",
  );
  await client.send(
    new UpdatePolicyCommand({ PolicyId, Name: "Thaw", Content: denyAll.replace('"*"', '"iam:*"') }),
  );
  await frozen.send(new ListRegionsCommand({}));
  expect((await client.send(new DescribePolicyCommand({ PolicyId }))).Policy?.PolicySummary?.Name).toBe(
    "Thaw",
  );
  expect(await errorOf(client.send(new DeletePolicyCommand({ PolicyId })))).toMatchObject({
    code: "PolicyInUseException",
  });
  await client.send(new DetachPolicyCommand({ PolicyId: "p-FullAWSAccess", TargetId: small.devAccountId }));
  expect((await errorOf(frozen.send(new ListRegionsCommand({}))))?.message).toContain(
    "because no service control policy allows",
  );
  expect(await errorOf(client.send(new DetachPolicyCommand(attach)))).toMatchObject({
    code: "ConstraintViolationException",
  });
  const { Policies } = await client.send(new ListPoliciesCommand({ Filter }));
  expect(Policies?.map(({ Name }) => Name)).toEqual(["FullAWSAccess", "Guard", "Thaw"]);
});

test("tags of accounts, units and policies", async () => {
  const client = organizations();
  const ResourceId = small.devUnitId;
  await client.send(
    new TagResourceCommand({
      ResourceId,
      Tags: [
        { Key: "a:b", Value: "c=d" },
        { Key: "x", Value: "" },
      ],
    }),
  );
  await client.send(new UntagResourceCommand({ ResourceId, TagKeys: ["x"] }));
  expect((await client.send(new ListTagsForResourceCommand({ ResourceId }))).Tags).toEqual([
    { Key: "a:b", Value: "c=d" },
  ]);
  const ofAccount = await client.send(new ListTagsForResourceCommand({ ResourceId: small.devAccountId }));
  expect(ofAccount.Tags).toEqual([{ Key: "env", Value: "dev" }]);
});

test("account settings of the own account and, for the management account, of a member", async () => {
  const account = wire.client(AccountClient);
  const ofMember = { AccountId: small.suspendedAccountId };
  const region = await account.send(new GetRegionOptStatusCommand({ RegionName: "af-south-1", ...ofMember }));
  expect(region.RegionOptStatus).toBe("DISABLED");
  const { ContactInformation } = await account.send(new GetContactInformationCommand(ofMember));
  expect(ContactInformation?.FullName).toBe("old");
  const none = new GetAlternateContactCommand({ AlternateContactType: "SECURITY" });
  expect(await errorOf(account.send(none))).toMatchObject({ code: "ResourceNotFoundException", status: 404 });
});

test("accounts outside the organization have none", async () => {
  const host = wire.client(OrganizationsClient, await wire.asHost());
  expect(await errorOf(host.send(new ListAccountsCommand({})))).toMatchObject({
    code: "AccessDeniedException",
  });
});
