import * as trail from "@aws-sdk/client-cloudtrail";
import * as ec2 from "@aws-sdk/client-ec2";
import * as kms from "@aws-sdk/client-kms";
import * as organizations from "@aws-sdk/client-organizations";
import { expect, test } from "vitest";
import { startWire } from "../services/wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const own = () => wire.simulator.managementAccountId;

test("who is known by a role says which, and what is hidden stays hidden", async () => {
  const client = wire.client(organizations.OrganizationsClient);
  await client.send(
    new organizations.CreateAccountCommand({ AccountName: "n", Email: "canary@example.org" }),
  );
  const { Events: created = [] } = await wire
    .client(trail.CloudTrailClient)
    .send(new trail.LookupEventsCommand({}));
  const records = created.map(({ CloudTrailEvent = "{}" }) => JSON.parse(CloudTrailEvent));
  const made = records.find(({ eventName }) => eventName === "CreateAccount");
  expect(records.find(({ eventName }) => eventName === "CreateAccountResult")).toMatchObject({
    userIdentity: { type: "AWSService", invokedBy: "organizations.amazonaws.com" },
    eventType: "AwsServiceEvent",
    serviceEventDetails: { createAccountStatus: { state: "SUCCEEDED", accountId: expect.any(String) } },
  });
  expect(made.requestParameters).toMatchObject({ email: "HIDDEN_DUE_TO_SECURITY_REASONS" });
  expect(JSON.stringify(made)).not.toContain("canary");
  const member = [...wire.simulator.world.accounts.keys()].find((id) => id !== own()) ?? "";
  const asMember = await wire.asMember(member);
  await wire.client(ec2.EC2Client, region, asMember).send(new ec2.EnableEbsEncryptionByDefaultCommand({}));
  const events = wire.client(trail.CloudTrailClient, region, asMember);
  const { Events = [] } = await events.send(new trail.LookupEventsCommand({}));
  expect(Events[0]).toMatchObject({ EventName: "EnableEbsEncryptionByDefault", Username: "test" });
  expect(JSON.parse(Events[0]?.CloudTrailEvent ?? "").userIdentity).toMatchObject({
    type: "AssumedRole",
    arn: `arn:aws:sts::${member}:assumed-role/OrganizationAccountAccessRole/test`,
    sessionContext: {
      sessionIssuer: { type: "Role", userName: "OrganizationAccountAccessRole", accountId: member },
      attributes: { mfaAuthenticated: "false" },
    },
  });
});

test("history is found by one attribute, page by page", async () => {
  const client = wire.client(trail.CloudTrailClient, region);
  const keys = wire.client(kms.KMSClient, region);
  for (let made = 0; made < 3; made++) await keys.send(new kms.CreateKeyCommand({}));
  const found: (string | undefined)[] = [];
  const LookupAttributes = [{ AttributeKey: "EventSource" as const, AttributeValue: "kms.amazonaws.com" }];
  for await (const page of trail.paginateLookupEvents({ client, pageSize: 2 }, { LookupAttributes })) {
    found.push(...(page.Events ?? []).map(({ EventId }) => EventId));
    await keys.send(new kms.CreateKeyCommand({}));
  }
  expect(found).toHaveLength(3);
  const bad = (input: trail.LookupEventsCommandInput) => client.send(new trail.LookupEventsCommand(input));
  await expect(bad({ MaxResults: 51 })).rejects.toMatchObject({ name: "InvalidMaxResultsException" });
  await expect(bad({ NextToken: "x" })).rejects.toMatchObject({ name: "InvalidNextTokenException" });
  await expect(
    bad({ StartTime: new Date(2_000_000_000_000), EndTime: new Date(1_900_000_000_000) }),
  ).rejects.toMatchObject({ name: "InvalidTimeRangeException" });
});
