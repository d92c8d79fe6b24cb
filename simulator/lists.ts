// What lists have in common, whatever the service: a page size outside of AWS's range is refused in the service's own
// words, and a token is good only for the list and the parameters that it was made with.
import { AwsFault, type Call, type Operation, type ServiceDefinition } from "./operation.ts";
import { type PageSize, pageSizes } from "./page-sizes.ts";
import { withPageScope } from "./paging.ts";
import { apiOf } from "./wire/api.ts";

/** Where a service has a code of its own for a size out of range; from its API reference, or from memory. */
const codes: Record<string, string> = {
  backup: "InvalidParameterValueException",
  "cloudwatch-logs": "InvalidParameterException",
  cloudtrail: "InvalidMaxResultsException",
  "config-service": "InvalidLimitException",
  ec2: "InvalidParameterValue",
  ecr: "InvalidParameterException",
  ecs: "InvalidParameterException",
  efs: "BadRequest",
  eks: "InvalidParameterException",
  elasticache: "InvalidParameterValue",
  guardduty: "BadRequestException",
  organizations: "InvalidInputException",
  rds: "InvalidParameterValue",
  redshift: "InvalidParameterValue",
  "resource-groups-tagging-api": "InvalidParameterException",
  s3: "InvalidArgument",
  securityhub: "InvalidInputException",
  wafv2: "WAFInvalidParameterException",
};

/** Members that say which page is meant, and not of what. */
const ofPage =
  /^(max(results|items|records|keys|buckets|uploads|parts)|limit|pagesize|resourcesperpage|tagsperpage|.*token|.*marker|position)$/i;

/** The service with each of its lists held to the rules; other operations stay as they are. */
export function withLists(service: ServiceDefinition): ServiceDefinition {
  const api = apiOf(service.client);
  const operations = Object.entries(service.operations).map(([name, operation]): [string, Operation] => {
    const schema = api?.operations.get(name);
    const input = schema?.input;
    const isList =
      schema?.isRead && input?.kind === "struct" && input.members.some((member) => ofPage.test(member.name));
    return [name, isList ? listed(service.client, name, operation) : operation];
  });
  return { ...service, operations: Object.fromEntries(operations) };
}

function listed(client: string, name: string, operation: Operation): Operation {
  const size = pageSizes.get(`${client}:${name}`);
  return (call: Call<Record<string, unknown>>) => {
    if (size) checkSize(client, size, call.input);
    return withPageScope(
      () => scopeOf(`${client}:${name}`, call),
      () => operation(call),
    );
  };
}

function checkSize(client: string, { member, least, most }: PageSize, input: Record<string, unknown>): void {
  const given = input[member];
  if (typeof given !== "number" || (given >= least && given <= (most ?? given))) return;
  const [isOver, bound] = given < least ? [false, least] : [true, most];
  const code =
    codes[client] ?? (apiOf(client)?.protocol === "awsQuery" ? "ValidationError" : "ValidationException");
  const details = { Reason: isOver ? "MAX_VALUE_EXCEEDED" : "MIN_VALUE_EXCEEDED" };
  throw new AwsFault(
    code,
    wordsOf(client, member, given, isOver, bound),
    400,
    client === "organizations" ? { details } : {},
  );
}

function wordsOf(client: string, member: string, given: number, isOver: boolean, bound?: number): string {
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  const than = isOver ? "less" : "greater";
  if (client === "ec2")
    return `Value ( ${given} ) for parameter ${name} is invalid. Expecting a value ${than} than or equal to ${bound}.`;
  return `1 validation error detected: Value '${given}' at '${name}' failed to satisfy constraint: Member must have value ${than} than or equal to ${bound}`;
}

/** Whose list it is and what was asked of it. */
function scopeOf(list: string, { accountId, region, input }: Call<Record<string, unknown>>): string {
  const asked = Object.keys(input)
    .filter((member) => input[member] !== undefined && !ofPage.test(member))
    .sort()
    .map((member) => [member, input[member]]);
  return JSON.stringify([list, accountId, region, asked]);
}
