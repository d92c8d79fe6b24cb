import * as aws from "@aws-sdk/client-elastic-load-balancing";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.ElasticLoadBalancingClient, "eu-north-1");
const LoadBalancerName = "old";
const http = { Protocol: "http", LoadBalancerPort: 80, InstancePort: 8080 };
const create = (name: string, Listeners: aws.Listener[] = [http]) =>
  client().send(
    new aws.CreateLoadBalancerCommand({
      LoadBalancerName: name,
      Listeners,
      AvailabilityZones: ["eu-north-1a"],
    }),
  );
const describe = () =>
  client().send(new aws.DescribeLoadBalancersCommand({ LoadBalancerNames: [LoadBalancerName] }));
const attributes = () => client().send(new aws.DescribeLoadBalancerAttributesCommand({ LoadBalancerName }));
const modify = (LoadBalancerAttributes: aws.LoadBalancerAttributes) =>
  client().send(new aws.ModifyLoadBalancerAttributesCommand({ LoadBalancerName, LoadBalancerAttributes }));

checkCalls([
  [
    "a protocol that is none",
    () => create(LoadBalancerName, [{ ...http, Protocol: "udp" }]),
    "400 UnsupportedProtocolException",
  ],
  [
    "secure without a certificate",
    () => create(LoadBalancerName, [{ ...http, Protocol: "https" }]),
    "409 InvalidConfigurationRequestException",
  ],
  [
    "a load balancer",
    () => create(LoadBalancerName),
    { DNSName: expect.stringMatching(/^old-\d+\.eu-north-1\.elb\.amazonaws\.com$/) },
  ],
  ["again", () => create(LoadBalancerName), "400 DuplicateAccessPointNameException"],
  [
    "is shown",
    describe,
    {
      LoadBalancerDescriptions: [
        {
          Scheme: "internet-facing",
          ListenerDescriptions: [{ Listener: { Protocol: "HTTP", InstanceProtocol: "HTTP" } }],
        },
      ],
    },
  ],
  [
    "AWS's defaults",
    attributes,
    {
      LoadBalancerAttributes: {
        CrossZoneLoadBalancing: { Enabled: false },
        AccessLog: { Enabled: false },
        ConnectionDraining: { Enabled: false },
      },
    },
  ],
  [
    "logs to nowhere",
    () => modify({ AccessLog: { Enabled: true } }),
    "409 InvalidConfigurationRequestException",
  ],
  [
    "mended",
    () =>
      modify({
        CrossZoneLoadBalancing: { Enabled: true },
        ConnectionDraining: { Enabled: true, Timeout: 60 },
      }),
    {},
  ],
  [
    "is shown",
    attributes,
    {
      LoadBalancerAttributes: {
        CrossZoneLoadBalancing: { Enabled: true },
        ConnectionSettings: { IdleTimeout: 60 },
      },
    },
  ],
  [
    "the same port",
    () => client().send(new aws.CreateLoadBalancerListenersCommand({ LoadBalancerName, Listeners: [http] })),
    "400 DuplicateListenerException",
  ],
  [
    "a secure listener",
    () =>
      client().send(
        new aws.CreateLoadBalancerListenersCommand({
          LoadBalancerName,
          Listeners: [
            {
              Protocol: "HTTPS",
              LoadBalancerPort: 443,
              InstancePort: 8080,
              SSLCertificateId: "arn:aws:acm:x",
            },
          ],
        }),
      ),
    {},
  ],
  [
    "no such policy",
    () =>
      client().send(
        new aws.SetLoadBalancerPoliciesOfListenerCommand({
          LoadBalancerName,
          LoadBalancerPort: 443,
          PolicyNames: ["none"],
        }),
      ),
    "400 PolicyNotFoundException",
  ],
  [
    "the plain one goes",
    async () => {
      await client().send(
        new aws.DeleteLoadBalancerListenersCommand({ LoadBalancerName, LoadBalancerPorts: [80] }),
      );
      return describe();
    },
    { LoadBalancerDescriptions: [{ ListenerDescriptions: [{ Listener: { LoadBalancerPort: 443 } }] }] },
  ],
  [
    "tags",
    async () => {
      const LoadBalancerNames = [LoadBalancerName];
      await client().send(new aws.AddTagsCommand({ LoadBalancerNames, Tags: [{ Key: "a", Value: "1" }] }));
      return client().send(new aws.DescribeTagsCommand({ LoadBalancerNames }));
    },
    { TagDescriptions: [{ Tags: [{ Key: "a", Value: "1" }] }] },
  ],
  ["deleted", () => client().send(new aws.DeleteLoadBalancerCommand({ LoadBalancerName })), {}],
  ["for good", describe, "400 AccessPointNotFoundException"],
  ["twice, as in AWS", () => client().send(new aws.DeleteLoadBalancerCommand({ LoadBalancerName })), {}],
]);

test("pages hold every load balancer once", async () => {
  for (let index = 0; index < 3; index++) await create(`page-${index}`);
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeLoadBalancers({ client: client() }, { PageSize: 2 }))
    names.push(...(page.LoadBalancerDescriptions ?? []).map((each) => each.LoadBalancerName));
  expect(names).toEqual(["page-0", "page-1", "page-2"]);
});
