// Queues, event buses and rules as types of resources.
import type { Call } from "../../operation.ts";
import {
  differs,
  documentText,
  given,
  ifThere,
  type ResourceType,
  read,
  stringsOf,
  tagsOf,
  textOr,
} from "./resource-type.ts";
import { isTree, type Tree } from "./template.ts";

const queueAttributes = [
  ...["ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoQueue", "FifoThroughputLimit"],
  ...["KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "MaximumMessageSize", "MessageRetentionPeriod"],
  ...["ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy", "RedrivePolicy", "SqsManagedSseEnabled"],
  "VisibilityTimeout",
];

function attributesOf(properties: Tree): Tree {
  return Object.fromEntries(
    queueAttributes.flatMap((name) => {
      const value = properties[name];
      return value === undefined ? [] : [[name, isTree(value) ? documentText(value) : String(value)]];
    }),
  );
}

const tagMap = (value: unknown): Tree =>
  Object.fromEntries(tagsOf(value).map(({ Key, Value }) => [Key, Value]));

const queue: ResourceType = {
  properties: ["QueueName", "Tags", ...queueAttributes],
  required: [],
  customNames: [],
  replaces: ["QueueName", "FifoQueue"],
  create(act, properties, nameHint, made) {
    const isFifo = String(properties.FifoQueue ?? "false") === "true";
    const QueueName = textOr(properties.QueueName, isFifo ? `${nameHint}.fifo` : nameHint);
    const created = act("sqs:CreateQueue", {
      QueueName,
      Attributes: attributesOf(properties),
      ...(properties.Tags === undefined ? {} : { tags: tagMap(properties.Tags) }),
    });
    made(String(created.QueueUrl));
  },
  update(act, QueueUrl, properties, before) {
    const { FifoQueue: _, ...Attributes } = attributesOf(properties);
    act("sqs:SetQueueAttributes", { QueueUrl, Attributes });
    if (!differs("Tags", properties, before)) return;
    act("sqs:UntagQueue", { QueueUrl, TagKeys: Object.keys(tagMap(before.Tags)) });
    act("sqs:TagQueue", { QueueUrl, Tags: tagMap(properties.Tags) });
  },
  remove: (act, QueueUrl) => void act("sqs:DeleteQueue", { QueueUrl }),
  ref: (physicalId) => physicalId,
  attribute(call, QueueUrl, name) {
    if (name === "QueueUrl") return QueueUrl;
    if (name === "QueueName") return QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1);
    return name === "Arn" ? attributeOf(call, QueueUrl, "QueueArn") : undefined;
  },
};

function attributeOf(call: Call, QueueUrl: string, name: string): unknown {
  const { Attributes } = read(call, "sqs:GetQueueAttributes", { QueueUrl, AttributeNames: [name] });
  return isTree(Attributes) ? Attributes[name] : undefined;
}

const queuePolicy: ResourceType = {
  properties: ["PolicyDocument", "Queues"],
  required: ["PolicyDocument", "Queues"],
  customNames: [],
  replaces: [],
  create(act, properties, nameHint, made) {
    made(nameHint);
    const Attributes = { Policy: documentText(properties.PolicyDocument) };
    for (const QueueUrl of stringsOf(properties.Queues))
      act("sqs:SetQueueAttributes", { QueueUrl, Attributes });
  },
  update(act, _, properties, before) {
    const queues = stringsOf(properties.Queues);
    for (const QueueUrl of stringsOf(before.Queues))
      if (!queues.includes(QueueUrl)) act("sqs:SetQueueAttributes", { QueueUrl, Attributes: { Policy: "" } });
    const Attributes = { Policy: documentText(properties.PolicyDocument) };
    for (const QueueUrl of queues) act("sqs:SetQueueAttributes", { QueueUrl, Attributes });
  },
  remove(act, _, properties) {
    for (const QueueUrl of stringsOf(properties.Queues))
      ifThere(() => act("sqs:SetQueueAttributes", { QueueUrl, Attributes: { Policy: "" } }));
  },
  ref: (physicalId) => physicalId,
  attribute: (_, physicalId, name) => (name === "Id" ? physicalId : undefined),
};

const eventBus: ResourceType = {
  properties: ["Description", "EventSourceName", "KmsKeyIdentifier", "Name", "Policy", "Tags"],
  required: ["Name"],
  customNames: [],
  replaces: ["Name"],
  create(act, properties, _, made) {
    const { Name, Description, Policy, KmsKeyIdentifier, Tags } = properties;
    act("events:CreateEventBus", {
      Name,
      ...given({ Description, KmsKeyIdentifier, Tags: Tags && tagsOf(Tags) }),
    });
    made(String(Name));
    if (Policy !== undefined)
      act("events:PutPermission", { EventBusName: Name, Policy: documentText(Policy) });
  },
  update(act, Name, properties, before) {
    if (!differs("Policy", properties, before)) return;
    if (properties.Policy === undefined)
      act("events:RemovePermission", { EventBusName: Name, RemoveAllPermissions: true });
    else act("events:PutPermission", { EventBusName: Name, Policy: documentText(properties.Policy) });
  },
  remove: (act, Name) => void act("events:DeleteEventBus", { Name }),
  ref: (physicalId) => physicalId,
  attribute(call, Name, attribute) {
    if (attribute === "Name") return Name;
    return attribute === "Arn" ? read(call, "events:DescribeEventBus", { Name }).Arn : undefined;
  },
};

const busPolicy: ResourceType = {
  properties: ["Action", "Condition", "EventBusName", "Principal", "Statement", "StatementId"],
  required: ["StatementId"],
  customNames: [],
  replaces: ["EventBusName", "StatementId"],
  create(act, properties, _, made) {
    const { StatementId, EventBusName = "default" } = properties;
    made(`${String(EventBusName)}|${String(StatementId)}`);
    permit(act, properties);
  },
  update: (act, _, properties) => permit(act, properties),
  remove(act, _, { StatementId, EventBusName = "default" }) {
    ifThere(() => act("events:RemovePermission", { StatementId, EventBusName }));
  },
  ref: (physicalId) => physicalId,
  attribute: () => undefined,
};

/** A statement as such joins the bus's others; PutPermission takes only whole policies or its own short form. */
function permit(act: (operation: string, input: Tree) => Tree, properties: Tree): void {
  const { Statement, StatementId, EventBusName = "default", Action, Principal, Condition } = properties;
  if (!isTree(Statement)) {
    act("events:PutPermission", { StatementId, EventBusName, Action, Principal, ...given({ Condition }) });
    return;
  }
  const { Policy } = act("events:DescribeEventBus", { Name: EventBusName });
  const known = typeof Policy === "string" ? (JSON.parse(Policy) as Tree) : {};
  const others = [known.Statement ?? []].flat().filter((each) => !isTree(each) || each.Sid !== StatementId);
  const whole = { Version: "2012-10-17", Statement: [...others, { Sid: StatementId, ...Statement }] };
  act("events:PutPermission", { EventBusName, Policy: JSON.stringify(whole) });
}

const rule: ResourceType = {
  properties: [
    ...["Description", "EventBusName", "EventPattern", "Name", "RoleArn", "ScheduleExpression", "State"],
    ...["Tags", "Targets"],
  ],
  required: [],
  customNames: [],
  replaces: ["Name", "EventBusName"],
  create(act, properties, nameHint, made) {
    const Name = textOr(properties.Name, nameHint);
    const { EventBusName } = properties;
    putRule(act, Name, properties);
    made(EventBusName === undefined ? Name : `${String(EventBusName)}|${Name}`);
    putTargets(act, Name, properties, {});
  },
  update(act, physicalId, properties, before) {
    putRule(act, nameIn(physicalId), properties);
    putTargets(act, nameIn(physicalId), properties, before);
  },
  remove(act, physicalId, properties) {
    const name = nameIn(physicalId);
    ifThere(() => putTargets(act, name, { EventBusName: properties.EventBusName }, properties));
    act("events:DeleteRule", { Name: name, ...given({ EventBusName: properties.EventBusName }) });
  },
  ref: (physicalId) => physicalId,
  attribute(call, physicalId, name) {
    if (name !== "Arn") return undefined;
    const [bus, rest] = physicalId.split("|");
    const EventBusName = rest === undefined ? undefined : bus;
    return read(call, "events:DescribeRule", { Name: nameIn(physicalId), ...given({ EventBusName }) }).Arn;
  },
};

const nameIn = (physicalId: string) => physicalId.slice(physicalId.indexOf("|") + 1);

function putRule(act: (operation: string, input: Tree) => Tree, Name: string, properties: Tree): void {
  const { Description, EventBusName, EventPattern, RoleArn, ScheduleExpression, State, Tags } = properties;
  act("events:PutRule", {
    Name,
    ...given({ Description, EventBusName, RoleArn, ScheduleExpression, State, Tags: Tags && tagsOf(Tags) }),
    ...(EventPattern === undefined ? {} : { EventPattern: documentText(EventPattern) }),
  });
}

function putTargets(
  act: (operation: string, input: Tree) => Tree,
  Rule: string,
  properties: Tree,
  before: Tree,
): void {
  const bus = given({ EventBusName: properties.EventBusName });
  const [wanted, old] = [targetsIn(properties), targetsIn(before)];
  const Ids = old.map(({ Id }) => Id).filter((id) => !wanted.some(({ Id }) => Id === id));
  if (Ids.length > 0) act("events:RemoveTargets", { Rule, Ids, ...bus });
  if (wanted.length > 0) act("events:PutTargets", { Rule, Targets: wanted, ...bus });
}

function targetsIn({ Targets }: Tree): Tree[] {
  return Array.isArray(Targets) ? Targets.filter(isTree) : [];
}

export const messagingTypes: Record<string, ResourceType> = {
  "AWS::Events::EventBus": eventBus,
  "AWS::Events::EventBusPolicy": busPolicy,
  "AWS::Events::Rule": rule,
  "AWS::SQS::Queue": queue,
  "AWS::SQS::QueuePolicy": queuePolicy,
};
