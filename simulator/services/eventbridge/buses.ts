// Event buses: made, described, listed, opened to other accounts, deleted; and the tags of buses and rules.
import type {
  CreateEventBusRequest,
  ListEventBusesRequest,
  PutPermissionRequest,
  RemovePermissionRequest,
  UpdateEventBusRequest,
} from "@aws-sdk/client-eventbridge";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { MalformedPolicy, policyOf } from "../../policy/document.ts";
import type { Place } from "../../world.ts";
import {
  type BusPlace,
  busArn,
  busesIn,
  busPlace,
  needBus,
  ruleArn,
  ruleKey,
  rulesIn,
  type StoredBus,
  type Tag,
} from "./stored-rule.ts";

export const notFound = (message: string) => new AwsFault("ResourceNotFoundException", message);
export const invalid = (message: string) => new AwsFault("ValidationException", message);

function shown(call: Call, place: Place, bus: StoredBus) {
  return {
    Name: bus.Name,
    Arn: busArn(call.world, place, bus.Name),
    Description: bus.Description,
    Policy: bus.policy,
    CreationTime: bus.createdAt ?? call.world.bornAt.toISOString(),
    LastModifiedTime: bus.changedAt ?? bus.createdAt ?? call.world.bornAt.toISOString(),
  };
}

function createBus(call: Call<CreateEventBusRequest>) {
  const { Name = "", Description, KmsKeyIdentifier, DeadLetterConfig, Tags } = call.input;
  if (!/^[/.\-_A-Za-z0-9]{1,256}$/.test(Name) || Name.includes("/"))
    throw invalid(
      "Event bus name must not contain '/' or other characters than letters, digits, '.', '-' and '_'.",
    );
  const place = { ...busPlace(call, Name), accountId: call.accountId };
  if (Name === "default" || busesIn(call.world, place).get(Name))
    throw new AwsFault("ResourceAlreadyExistsException", `Event bus ${Name} already exists.`);
  if (busesIn(call.world, place).list().length >= 100)
    throw new AwsFault(
      "LimitExceededException",
      "The requested resource exceeds the maximum number allowed.",
    );
  const at = call.now.toISOString();
  busesIn(call.world, place).put(Name, {
    Name,
    ...(Description ? { Description } : {}),
    ...(KmsKeyIdentifier ? { KmsKeyIdentifier } : {}),
    ...(DeadLetterConfig ? { DeadLetterConfig } : {}),
    createdAt: at,
    changedAt: at,
    tags: tagsOf(Tags),
  });
  return { EventBusArn: busArn(call.world, place, Name), Description, KmsKeyIdentifier, DeadLetterConfig };
}

export const tagsOf = (
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): Tag[] => tags.map(({ Key = "", Value = "" }) => ({ Key, Value }));

function updateBus(call: Call<UpdateEventBusRequest>) {
  const { Name, Description, KmsKeyIdentifier, DeadLetterConfig } = call.input;
  const place = busPlace(call, Name);
  const bus = needBus(call.world, place);
  const settings = {
    ...(Description === undefined ? {} : { Description }),
    ...(KmsKeyIdentifier === undefined ? {} : { KmsKeyIdentifier }),
    ...(DeadLetterConfig === undefined ? {} : { DeadLetterConfig }),
  };
  put(call, place, { ...bus, ...settings });
  return { Arn: busArn(call.world, place, bus.Name), Name: bus.Name, ...settings };
}

function put(call: Call, place: BusPlace, bus: StoredBus): void {
  busesIn(call.world, place).put(bus.Name, { ...bus, changedAt: call.now.toISOString() });
}

/** Nothing happens when there is no such bus. */
function deleteBus(call: Call<{ Name?: string }>) {
  const place = busPlace(call, call.input.Name);
  if (place.name === "default") throw invalid("Cannot delete event bus default.");
  if (
    rulesIn(call.world, place)
      .list()
      .some(({ EventBusName }) => EventBusName === place.name)
  )
    throw invalid("Cannot delete event bus because rules are associated with it.");
  busesIn(call.world, place).delete(place.name);
  return {};
}

function describeBus(call: Call<{ Name?: string }>) {
  const place = busPlace(call, call.input.Name);
  const bus = needBus(call.world, place);
  const { KmsKeyIdentifier, DeadLetterConfig } = bus;
  return { ...shown(call, place, bus), KmsKeyIdentifier, DeadLetterConfig };
}

function listBuses(call: Call<ListEventBusesRequest>) {
  const { NamePrefix = "", Limit, NextToken } = call.input;
  const own = busesIn(call.world, call).list();
  const all = own.some(({ Name }) => Name === "default") ? own : [{ Name: "default", tags: [] }, ...own];
  const found = all
    .filter(({ Name }) => Name.startsWith(NamePrefix))
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
  const { items, next } = page(found, Math.min(Limit ?? 100, 100), NextToken, "ValidationException");
  return { EventBuses: items.map((bus) => shown(call, call, bus)), NextToken: next };
}

interface Document {
  Version: string;
  Statement: { Sid?: string }[];
}

function putPermission(call: Call<PutPermissionRequest>) {
  const { EventBusName, Policy, Action, Principal = "", StatementId, Condition } = call.input;
  const place = busPlace(call, EventBusName);
  const bus = needBus(call.world, place);
  if (Policy !== undefined) {
    putPolicy(call, place, bus, Policy);
    return {};
  }
  if (Action !== "events:PutEvents") throw invalid("Provided value in parameter 'action' is not supported.");
  if (!/^(\d{12}|\*)$/.test(Principal))
    throw invalid(`Provided value in parameter 'principal' is not valid: ${Principal}`);
  if (!StatementId || !/^[a-zA-Z0-9-_]{1,64}$/.test(StatementId))
    throw invalid("Provided value in parameter 'statementId' is not valid.");
  const statement = {
    Sid: StatementId,
    Effect: "Allow",
    Principal: Principal === "*" ? "*" : { AWS: `arn:${call.world.partition}:iam::${Principal}:root` },
    Action,
    Resource: busArn(call.world, place, bus.Name),
    ...(Condition
      ? { Condition: { [Condition.Type ?? ""]: { [Condition.Key ?? ""]: Condition.Value ?? "" } } }
      : {}),
  };
  const document = documentOf(bus);
  const Statement = [...document.Statement.filter(({ Sid }) => Sid !== StatementId), statement];
  putPolicy(call, place, bus, JSON.stringify({ ...document, Statement }));
  return {};
}

const documentOf = ({ policy }: StoredBus): Document =>
  policy ? (JSON.parse(policy) as Document) : { Version: "2012-10-17", Statement: [] };

function putPolicy(call: Call, place: BusPlace, bus: StoredBus, policy: string): void {
  if (policy.length > 10_240)
    throw new AwsFault("PolicyLengthExceededException", "The event bus policy is too long.");
  if (!isPolicy(policy)) throw invalid("Provided policy is not valid.");
  put(call, place, { ...bus, policy });
}

function isPolicy(text: string): boolean {
  try {
    return policyOf(text).statements.every(({ principals, resources }) => principals && resources);
  } catch (error) {
    if (error instanceof MalformedPolicy) return false;
    throw error;
  }
}

function removePermission(call: Call<RemovePermissionRequest>) {
  const { EventBusName, StatementId, RemoveAllPermissions } = call.input;
  const place = busPlace(call, EventBusName);
  const { policy: _, ...bus } = needBus(call.world, place);
  if (RemoveAllPermissions) {
    put(call, place, bus);
    return {};
  }
  const document = documentOf(needBus(call.world, place));
  const Statement = document.Statement.filter(({ Sid }) => Sid !== StatementId);
  if (Statement.length === document.Statement.length)
    throw notFound("Statement with the provided id does not exist.");
  put(call, place, Statement.length ? { ...bus, policy: JSON.stringify({ ...document, Statement }) } : bus);
  return {};
}

type TagCall = Call<{ ResourceARN?: string; Tags?: Tag[]; TagKeys?: string[] }>;

/** The tags of a rule or bus, and how to set them. */
function tagged(call: TagCall): { tags: Tag[]; set: (tags: Tag[]) => void } {
  const { ResourceARN = "" } = call.input;
  const rules = rulesIn(call.world, call);
  const rule = rules.list().find((each) => ruleArn(call.world, call, each) === ResourceARN);
  if (rule) return { tags: rule.tags, set: (tags) => rules.put(ruleKey(rule), { ...rule, tags }) };
  const buses = busesIn(call.world, call);
  const bus = buses.list().find(({ Name }) => busArn(call.world, call, Name) === ResourceARN);
  if (bus) return { tags: bus.tags, set: (tags) => buses.put(bus.Name, { ...bus, tags }) };
  if (ResourceARN === busArn(call.world, call, "default"))
    return { tags: [], set: (tags) => buses.put("default", { Name: "default", tags }) };
  const kind = ResourceARN.includes(":rule/") ? "Rule" : "Event bus";
  throw notFound(
    `${kind} ${ResourceARN.slice(ResourceARN.lastIndexOf("/") + 1)} does not exist on EventBus default.`,
  );
}

export const busOperations: Record<string, Operation> = {
  CreateEventBus: createBus,
  UpdateEventBus: updateBus,
  DeleteEventBus: deleteBus,
  DescribeEventBus: describeBus,
  ListEventBuses: listBuses,
  PutPermission: putPermission,
  RemovePermission: removePermission,
  TagResource: (call: TagCall) => {
    const { tags, set } = tagged(call);
    const added = tagsOf(call.input.Tags);
    const names = new Set(added.map(({ Key }) => Key));
    set([...tags.filter(({ Key }) => !names.has(Key)), ...added]);
    return {};
  },
  UntagResource: (call: TagCall) => {
    const { tags, set } = tagged(call);
    set(tags.filter(({ Key }) => !call.input.TagKeys?.includes(Key)));
    return {};
  },
  ListTagsForResource: (call: TagCall) => ({ Tags: tagged(call).tags }),
};
