import * as aws from "@aws-sdk/client-eventbridge";
import * as iam from "@aws-sdk/client-iam";
import * as sqs from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { organizationOf } from "../../organization.ts";
import { startWire } from "../wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const events = (where = region) => wire.client(aws.EventBridgeClient, where);
const own = () => wire.simulator.managementAccountId;
const EventPattern = JSON.stringify({ source: ["shop"] });

describe("across accounts", () => {
  let member = "";
  let asMember: Awaited<ReturnType<typeof wire.asMember>>;
  let QueueUrl = "";
  const queueArn = () => `arn:aws:sqs:us-east-1:${own()}:central`;
  const busArn = () => `arn:aws:events:us-east-1:${own()}:event-bus/central`;
  const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const roleArn = () => `arn:aws:iam::${member}:role/forwarder`;
  const put = (DetailType = "placed") =>
    wire
      .client(aws.EventBridgeClient, region, asMember)
      .send(new aws.PutEventsCommand({ Entries: [{ Source: "shop", DetailType, Detail: '{"total":7}' }] }));
  const receive = async (WaitTimeSeconds: number) => {
    const { Messages = [] } = await wire
      .client(sqs.SQSClient)
      .send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body = "" }) => JSON.parse(Body));
  };
  const point = (RoleArn?: string) =>
    wire
      .client(aws.EventBridgeClient, region, asMember)
      .send(
        new aws.PutTargetsCommand({ Rule: "forward", Targets: [{ Id: "central", Arn: busArn(), RoleArn }] }),
      );

  beforeAll(async () => {
    member = [...wire.simulator.world.accounts.keys()].find((id) => id !== own()) ?? "";
    asMember = await wire.asMember(member);
    const Policy = document({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn(),
      Condition: { StringEquals: { "aws:SourceAccount": own() } },
    });
    const queue = new sqs.CreateQueueCommand({ QueueName: "central", Attributes: { Policy } });
    QueueUrl = (await wire.client(sqs.SQSClient).send(queue)).QueueUrl ?? "";
    const central = events("us-east-1");
    await central.send(new aws.CreateEventBusCommand({ Name: "central" }));
    await central.send(new aws.PutRuleCommand({ Name: "all", EventBusName: "central", EventPattern }));
    const Targets = [{ Id: "q", Arn: queueArn() }];
    await central.send(new aws.PutTargetsCommand({ Rule: "all", EventBusName: "central", Targets }));
    const local = wire.client(aws.EventBridgeClient, region, asMember);
    await local.send(new aws.PutRuleCommand({ Name: "forward", EventPattern }));
    const roles = wire.client(iam.IAMClient, "us-east-1", asMember);
    const trust = document({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    await roles.send(new iam.CreateRoleCommand({ RoleName: "forwarder", AssumeRolePolicyDocument: trust }));
    const allow = document({ Effect: "Allow", Action: "events:PutEvents", Resource: busArn() });
    await roles.send(
      new iam.PutRolePolicyCommand({ RoleName: "forwarder", PolicyName: "p", PolicyDocument: allow }),
    );
  });

  test("a bus without a policy takes nothing", async () => {
    await point(roleArn());
    await put();
    expect(await receive(1)).toEqual([]);
  });

  test("an organization's condition lets in by role, not without one", async () => {
    const Condition = {
      Type: "StringEquals",
      Key: "aws:PrincipalOrgID",
      Value: organizationOf(wire.simulator.world)?.self.Id ?? "",
    };
    const permission = {
      EventBusName: "central",
      Action: "events:PutEvents",
      StatementId: "org",
      Principal: "*",
      Condition,
    };
    await events("us-east-1").send(new aws.PutPermissionCommand(permission));
    await point();
    await put("without a role");
    expect(await receive(1)).toEqual([]);
    await point(roleArn());
    const waiting = receive(10);
    await put("with a role");
    expect(await waiting).toMatchObject([
      { account: member, region, source: "shop", "detail-type": "with a role", detail: { total: 7 } },
    ]);
  });

  test("an account's own permission needs no role", async () => {
    const central = events("us-east-1");
    await central.send(new aws.RemovePermissionCommand({ EventBusName: "central", StatementId: "org" }));
    const permission = {
      EventBusName: "central",
      Action: "events:PutEvents",
      StatementId: "one",
      Principal: member,
    };
    await central.send(new aws.PutPermissionCommand(permission));
    await point();
    const waiting = receive(10);
    await put();
    expect(await waiting).toHaveLength(1);
  });

  test("what arrives twice arrives twice", async () => {
    await fetch(`${wire.simulator.adminUrl}/settings`, {
      method: "PUT",
      headers: { authorization: `Bearer ${wire.simulator.adminToken}` },
      body: JSON.stringify({ events: { duplicateRate: 1 } }),
    });
    await put();
    await expect.poll(async () => (await receive(0)).length, { timeout: 5000 }).toBeGreaterThan(1);
  });
});
