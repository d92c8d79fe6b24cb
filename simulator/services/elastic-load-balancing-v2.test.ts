import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from "@aws-sdk/client-ec2";
import * as aws from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.ElasticLoadBalancingV2Client, "eu-north-1");
const subnets: string[] = [];
const arns = { vpc: "", balancer: "", group: "", listener: "" };
const create = (Name: string, Subnets = subnets) =>
  client().send(new aws.CreateLoadBalancerCommand({ Name, Subnets, Tags: [{ Key: "a", Value: "1" }] }));
const attributes = () =>
  client()
    .send(new aws.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arns.balancer }))
    .then(({ Attributes = [] }) => Object.fromEntries(Attributes.map(({ Key = "", Value }) => [Key, Value])));
const set = (Key: string, Value: string) =>
  client().send(
    new aws.ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: arns.balancer,
      Attributes: [{ Key, Value }],
    }),
  );
const listen = (more: Partial<aws.CreateListenerCommandInput>) =>
  client().send(
    new aws.CreateListenerCommand({
      LoadBalancerArn: arns.balancer,
      Port: 80,
      Protocol: "HTTP",
      DefaultActions: [{ Type: "forward", TargetGroupArn: arns.group }],
      ...more,
    }),
  );

checkCalls([
  [
    "a network for it",
    async () => {
      const ec2 = wire.client(EC2Client, "eu-north-1");
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
      arns.vpc = Vpc?.VpcId ?? "";
      for (const [at, zone] of ["a", "b"].entries()) {
        const { Subnet } = await ec2.send(
          new CreateSubnetCommand({
            VpcId: arns.vpc,
            CidrBlock: `10.0.${at}.0/24`,
            AvailabilityZone: `eu-north-1${zone}`,
          }),
        );
        subnets.push(Subnet?.SubnetId ?? "");
      }
      return { count: subnets.length };
    },
    { count: 2 },
  ],
  ["one subnet is too few", () => create("web", subnets.slice(0, 1)), "400 ValidationError"],
  ["a subnet that is none", () => create("web", ["subnet-0a", "subnet-0b"]), "400 SubnetNotFoundException"],
  [
    "a load balancer",
    async () => {
      const { LoadBalancers } = await create("web");
      arns.balancer = LoadBalancers?.[0]?.LoadBalancerArn ?? "";
      return LoadBalancers?.[0];
    },
    {
      LoadBalancerArn: expect.stringMatching(/:loadbalancer\/app\/web\/[0-9a-f]{16}$/),
      Scheme: "internet-facing",
      State: { Code: "provisioning" },
    },
  ],
  ["the same name again", () => create("web"), "400 DuplicateLoadBalancerNameException"],
  [
    "AWS's defaults",
    attributes,
    { "deletion_protection.enabled": "false", "routing.http.drop_invalid_header_fields.enabled": "false" },
  ],
  ["an attribute that is none", () => set("colour", "red"), "400 ValidationError"],
  [
    "logs to nowhere",
    () => set("access_logs.s3.enabled", "true"),
    "400 InvalidConfigurationRequestException",
  ],
  ["drops bad headers", () => set("routing.http.drop_invalid_header_fields.enabled", "true"), {}],
  ["is shown", attributes, { "routing.http.drop_invalid_header_fields.enabled": "true" }],
  [
    "a target group",
    async () => {
      const { TargetGroups } = await client().send(
        new aws.CreateTargetGroupCommand({ Name: "web", Protocol: "HTTP", Port: 8080, VpcId: arns.vpc }),
      );
      arns.group = TargetGroups?.[0]?.TargetGroupArn ?? "";
      return TargetGroups?.[0];
    },
    { HealthCheckPath: "/", Matcher: { HttpCode: "200" }, TargetType: "instance" },
  ],
  [
    "a listener",
    async () => {
      const { Listeners } = await listen({});
      arns.listener = Listeners?.[0]?.ListenerArn ?? "";
      return Listeners?.[0];
    },
    { Port: 80, ListenerArn: expect.stringContaining(":listener/app/web/") },
  ],
  ["the same port", () => listen({}), "400 DuplicateListenerException"],
  ["no certificate", () => listen({ Port: 443, Protocol: "HTTPS" }), "400 CertificateNotFoundException"],
  [
    "a secure one",
    () =>
      listen({
        Port: 443,
        Protocol: "HTTPS",
        Certificates: [{ CertificateArn: "arn:aws:acm:x:1:certificate/y" }],
      }),
    { Listeners: [{ SslPolicy: "ELBSecurityPolicy-2016-08" }] },
  ],
  [
    "the first redirects to it",
    () =>
      client().send(
        new aws.ModifyListenerCommand({
          ListenerArn: arns.listener,
          DefaultActions: [
            { Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } },
          ],
        }),
      ),
    {},
  ],
  [
    "is shown",
    () => client().send(new aws.DescribeListenersCommand({ LoadBalancerArn: arns.balancer })),
    { Listeners: [{ DefaultActions: [{ RedirectConfig: { StatusCode: "HTTP_301" } }] }, { Port: 443 }] },
  ],
  [
    "a group in use stays",
    () => client().send(new aws.DeleteTargetGroupCommand({ TargetGroupArn: arns.group })),
    "400 ResourceInUseException",
  ],
  [
    "tags",
    () =>
      client().send(
        new aws.AddTagsCommand({ ResourceArns: [arns.balancer], Tags: [{ Key: "b", Value: "2" }] }),
      ),
    {},
  ],
  [
    "are shown",
    () => client().send(new aws.DescribeTagsCommand({ ResourceArns: [arns.balancer] })),
    { TagDescriptions: [{ Tags: [{ Key: "a" }, { Key: "b" }] }] },
  ],
  ["protected", () => set("deletion_protection.enabled", "true"), {}],
  [
    "stays",
    () => client().send(new aws.DeleteLoadBalancerCommand({ LoadBalancerArn: arns.balancer })),
    "400 OperationNotPermittedException",
  ],
  ["unprotected", () => set("deletion_protection.enabled", "false"), {}],
  ["goes", () => client().send(new aws.DeleteLoadBalancerCommand({ LoadBalancerArn: arns.balancer })), {}],
  [
    "for good",
    () => client().send(new aws.DescribeLoadBalancersCommand({ LoadBalancerArns: [arns.balancer] })),
    "400 LoadBalancerNotFoundException",
  ],
  [
    "then the group goes",
    () => client().send(new aws.DeleteTargetGroupCommand({ TargetGroupArn: arns.group })),
    {},
  ],
]);

test("pages hold every load balancer once", async () => {
  for (let index = 0; index < 3; index++) await create(`page-${index}`);
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeLoadBalancers({ client: client() }, { PageSize: 2 }))
    names.push(...(page.LoadBalancers ?? []).map((each) => each.LoadBalancerName));
  expect(names).toEqual(["page-0", "page-1", "page-2"]);
});
