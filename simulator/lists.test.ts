// Lists of all services over the wire: sizes out of AWS's range, and tokens of other lists.
import { createRequire } from "node:module";
import { IAMClient, ListPoliciesCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { ListAccountsForParentCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { describe, expect, test } from "vitest";
import { pageSizes } from "./page-sizes.ts";
import { loadService } from "./services.ts";
import { type ClientClass, errorOf, startSmall } from "./small-clients.ts";
import { apiOf } from "./wire/api.ts";
import { missingMember } from "./wire/required.ts";
import { small } from "./worlds/small.ts";

const require = createRequire(import.meta.url);
const wire = startSmall();

/** What each service calls a size out of range, and a token that is not its own. */
const codes: Record<string, [size: string, ...tokens: string[]]> = {
  accessanalyzer: ["", "ValidationException"],
  account: ["ValidationException", "ValidationException"],
  acm: ["ValidationException", "ValidationException"],
  "api-gateway": ["", "BadRequestException"],
  "auto-scaling": ["ValidationError", "InvalidNextToken"],
  backup: ["InvalidParameterValueException", "InvalidParameterValueException"],
  cloudformation: ["ValidationError", "ValidationError"],
  cloudfront: ["", "InvalidArgument"],
  cloudtrail: ["InvalidMaxResultsException", "InvalidNextTokenException"],
  cloudwatch: ["ValidationException", "InvalidNextToken", "InvalidParameterValueException"],
  "cloudwatch-logs": ["InvalidParameterException", "InvalidParameterException"],
  "config-service": ["InvalidLimitException", "InvalidNextTokenException"],
  dynamodb: ["ValidationException"],
  ec2: ["InvalidParameterValue", "InvalidNextToken"],
  ecr: ["InvalidParameterException", "InvalidParameterException"],
  ecs: ["InvalidParameterException", "InvalidParameterException"],
  efs: ["BadRequest", "BadRequest"],
  eks: ["InvalidParameterException", "InvalidParameterException"],
  "elastic-load-balancing": ["ValidationError", "ValidationError"],
  "elastic-load-balancing-v2": ["ValidationError", "ValidationError"],
  elasticache: ["InvalidParameterValueException", "InvalidParameterValueException"],
  eventbridge: ["ValidationException", "ValidationException"],
  guardduty: ["BadRequestException", "BadRequestException"],
  iam: ["ValidationError", "ValidationError"],
  kms: ["ValidationException", "InvalidMarkerException"],
  lambda: ["ValidationException", "InvalidParameterValueException"],
  organizations: ["InvalidInputException", "InvalidInputException"],
  rds: ["InvalidParameterValue", "InvalidParameterValue"],
  redshift: ["InvalidParameterValue", "InvalidParameterValue"],
  "resource-groups-tagging-api": ["InvalidParameterException", "PaginationTokenExpiredException"],
  "route-53": ["", "InvalidInput", "InvalidPaginationToken"],
  s3: ["InvalidArgument"],
  "secrets-manager": ["ValidationException", "InvalidNextTokenException"],
  securityhub: ["InvalidInputException", "InvalidInputException"],
  sns: ["", "InvalidParameterException"],
  sqs: ["", "InvalidParameterValue"],
  ssm: ["ValidationException", "InvalidNextToken"],
  wafv2: ["WAFInvalidParameterException", "WAFInvalidParameterException"],
};

/** A list of what belongs to a thing that is not there says so before it looks at the token. */
const absent =
  /NotFound|NoSuch|Nonexistent|DoesNotExist|NotRegistered|^(InvalidAccessException|InvalidDocument|CloudTrailARNInvalidException)$/;
/** Stopped by the other input that they need. */
const needMore = ["cloudwatch:GetMetricData", "iam:SimulatePrincipalPolicy", "iam:SimulateCustomPolicy"];

/** Members that look like themselves, where the SDK or the service would stop at anything else. */
const known: Record<string, unknown> = {
  Scope: "REGIONAL",
  LogScope: "CUSTOMER",
  ResourceOwner: "SELF",
  ParentId: small.rootId,
  RootId: small.rootId,
  TargetId: small.rootId,
  AccountId: small.prodAccountId,
};

function leastInput(client: string, operation: string): Record<string, unknown> {
  const shape = apiOf(client)?.operations.get(operation)?.input;
  const input: Record<string, unknown> = {};
  for (let name = shape && missingMember(shape, input); name; name = shape && missingMember(shape, input)) {
    const member = shape?.kind === "struct" ? shape.members.find((each) => each.name === name) : undefined;
    input[name] = known[name] ?? (member?.shape.kind === "list" ? ["nothing"] : "nothing");
  }
  return input;
}

function send(client: string, operation: string, more: object): Promise<unknown> {
  const module = require(`@aws-sdk/client-${client}`) as Record<string, unknown>;
  const Command = module[`${operation}Command`] as new (input: object) => object;
  const [name = ""] = Object.keys(module).filter((each) => each.endsWith("Client") && !each.startsWith("__"));
  const Client = module[name] as ClientClass<{ send(command: object): Promise<unknown> }>;
  return wire.client(Client).send(new Command({ ...leastInput(client, operation), ...more }));
}

const codeOf = async (sent: Promise<unknown>) => (await errorOf(sent))?.code ?? "none";

test("a page size out of AWS's range is refused by every list that has one", async () => {
  const surprises: string[] = [];
  for (const [list, { member, least, most }] of pageSizes) {
    const [client = "", operation = ""] = list.split(":");
    const wrong = [...(least > 0 ? [least - 1] : []), ...(most === undefined ? [] : [most + 1])];
    for (const size of wrong) {
      const code = await codeOf(send(client, operation, { [member]: size }));
      if (code !== codes[client]?.[0]) surprises.push(`${list} with ${member} ${size}: ${code}`);
    }
  }
  expect(surprises).toEqual([]);
  expect(pageSizes.size).toBeGreaterThan(150);
}, 60_000);

const tokenNames = /^(NextToken|nextToken|Marker|marker|PaginationToken|position|NextMarker)$/;

test("a token of one list is refused by every other", async () => {
  const iam = wire.client(IAMClient);
  const { Marker: token } = await iam.send(new ListPoliciesCommand({ MaxItems: 1 }));
  expect(await codeOf(iam.send(new ListPoliciesCommand({ MaxItems: 1, Marker: token })))).toBe("none");
  const surprises: string[] = [];
  let refused = 0;
  for (const [client, [, ...tokenCodes]] of Object.entries(codes)) {
    for (const [operation, member] of await pagedLists(client)) {
      const list = `${client}:${operation}`;
      if (list === "iam:ListPolicies" || needMore.includes(list)) continue;
      const code = await codeOf(send(client, operation, { [member]: token }));
      if (tokenCodes.includes(code)) refused++;
      else if (!absent.test(code)) surprises.push(`${list}: ${code}`);
    }
  }
  expect(surprises).toEqual([]);
  expect(refused).toBeGreaterThan(130);
}, 60_000);

/** Implemented lists with the member that takes their token. */
async function pagedLists(client: string): Promise<[operation: string, member: string][]> {
  const service = await loadService(client);
  return Object.keys(service?.operations ?? {}).flatMap((operation): [string, string][] => {
    const schema = apiOf(client)?.operations.get(operation);
    const member = schema?.input.members.find((each) => tokenNames.test(each.name))?.name;
    return schema?.isRead && member ? [[operation, member]] : [];
  });
}

describe("a token goes with what was asked", () => {
  const iam = () => wire.client(IAMClient);
  const kms = (region: string) => wire.client(KMSClient, undefined, region);
  const organizations = () => wire.client(OrganizationsClient);

  test.each<
    [
      title: string,
      send: (token?: string) => Promise<string | undefined>,
      other: (token: string) => Promise<unknown>,
      code: string,
    ]
  >([
    [
      "another parameter",
      async (Marker) =>
        (await iam().send(new ListPoliciesCommand({ Scope: "AWS", MaxItems: 1, Marker }))).Marker,
      (Marker) => iam().send(new ListPoliciesCommand({ Scope: "All", MaxItems: 1, Marker })),
      "ValidationError",
    ],
    [
      "another parent",
      async (NextToken) =>
        (
          await organizations().send(
            new ListAccountsForParentCommand({ ParentId: small.devUnitId, MaxResults: 1, NextToken }),
          )
        ).NextToken,
      (NextToken) =>
        organizations().send(new ListAccountsForParentCommand({ ParentId: small.rootId, NextToken })),
      "InvalidInputException",
    ],
    [
      "another region",
      async (Marker) => {
        if (!Marker)
          for (let count = 0; count < 2; count++) await kms("eu-west-1").send(new CreateKeyCommand({}));
        return (await kms("eu-west-1").send(new ListKeysCommand({ Limit: 1, Marker }))).NextMarker;
      },
      (Marker) => kms("us-east-1").send(new ListKeysCommand({ Limit: 1, Marker })),
      "InvalidMarkerException",
    ],
  ])("%s", async (_, send, other, code) => {
    const token = await send();
    expect(token).toBeTruthy();
    expect(await codeOf(other(token ?? ""))).toBe(code);
    expect(await codeOf(send(token))).toBe("none");
  });

  test("but not with the size of the page", async () => {
    const { Marker } = await iam().send(new ListPoliciesCommand({ Scope: "AWS", MaxItems: 1 }));
    const next = await iam().send(new ListPoliciesCommand({ Scope: "AWS", MaxItems: 2, Marker }));
    expect(next.Policies).toHaveLength(2);
  });
});
