// One API call to one CloudTrail record: kept in the event history and sent on to the default event bus.
// The form follows the user guide's "CloudTrail record contents", version 1.11.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call } from "../operation.ts";
import type { Session } from "../sessions.ts";
import type { Api, ApiOperation } from "../wire/api.ts";
import type { CloudTrailRecord } from "./bus-event.ts";
import { camelOf } from "./casing.ts";
import { ec2Request, ec2Response } from "./ec2-casing.ts";
import { eventKindOf, eventNameOf, eventRegionOf, eventSourceOf } from "./names.ts";
import { resourcesNamed } from "./resources.ts";
import { publishRecord } from "./route.ts";
import { s3ControlRequest, s3Request } from "./s3-casing.ts";
import { eventsOf } from "./state.ts";
import {
  foreignIdentityOf,
  seconds,
  type UserIdentity,
  userIdentityOf,
  userNameOf,
  webIdentityOf,
} from "./user-identity.ts";

export interface NotedCall {
  api: Api;
  operation: ApiOperation;
  call: Call;
  session: Session | undefined;
  sourceIp: string;
  userAgent: string;
  /** Whose resource was touched, if it is not the caller's. */
  ownerId?: string | undefined;
  /** The service that called on behalf of the principal, "cloudformation.amazonaws.com". */
  invokedBy?: string;
}

export type Outcome = { output: unknown } | { error: unknown };

/** Past it CloudTrail leaves a part of the record out and says so. */
const maxPartBytes = 100_000;

/** Makes the record of a management call, or of one that was refused; one that cannot be made fails no call. */
export function noteCall(noted: NotedCall, outcome: Outcome): void {
  const kind = eventKindOf(noted.api, noted.operation);
  if (kind === "none" || isNotSimulated(outcome)) return;
  try {
    if (kind === "read") noteRead(noted, outcome);
    else note(noted, outcome);
  } catch (error) {
    process.stderr.write(`simulator: no record of ${noted.operation.name}: ${String(error)}\n`);
  }
}

/** What the simulator cannot do did not happen. */
function isNotSimulated(outcome: Outcome): boolean {
  return "error" in outcome && outcome.error instanceof AwsFault && outcome.error.status === 501;
}

function note(noted: NotedCall, outcome: Outcome): void {
  const { api, call, session, invokedBy, ownerId } = noted;
  const { principal } = call;
  const identity = userIdentityOf(principal, session, call.now, invokedBy);
  const record = recordOf(noted, outcome, identity);
  if (!ownerId || ownerId === call.accountId || "error" in outcome) {
    keep(call, api.client, record);
    return;
  }
  const sharedEventID = randomUUID();
  keep(call, api.client, { ...record, sharedEventID });
  keep(call, api.client, {
    ...record,
    userIdentity: foreignIdentityOf(principal),
    eventID: randomUUID(),
    recipientAccountId: ownerId,
    sharedEventID,
  });
}

/** What the record of a read is made from, without what else a call holds. */
interface NotedRead {
  noted: NotedCall;
  told: Outcome;
  recipientAccountId: string;
  sharedEventID: string | undefined;
}

const nothing: Outcome = { output: undefined };

/** Kept where the call was made, and where a role was assumed; event buses are not told of reads. */
function noteRead({ api, operation, session, call, sourceIp, userAgent }: NotedCall, outcome: Outcome): void {
  // What a read answers is not recorded; what STS gives out is.
  const told = "error" in outcome || api.client === "sts" ? outcome : nothing;
  const { world, principal, now, requestId, accountId, input } = call;
  const region = eventRegionOf(api.client, call.region, world.partition);
  const light: Call = { world, principal, now, requestId, accountId, input, region };
  const noted: NotedCall = { api, operation, session, call: light, sourceIp, userAgent };
  const roleAccountId = told === nothing || "error" in told ? undefined : roleAccountOf(noted);
  const isShared = roleAccountId !== undefined && roleAccountId !== accountId;
  const sharedEventID = isShared ? randomUUID() : undefined;
  const { history } = eventsOf(world);
  const tell = (to: string) =>
    history.addRead(
      { accountId: to, region },
      { noted, told, recipientAccountId: to, sharedEventID },
      entryOfRead,
    );
  if (accountId !== "anonymous") tell(accountId);
  if (isShared) tell(roleAccountId);
}

function entryOfRead({ noted, told, recipientAccountId, sharedEventID }: NotedRead) {
  const record = recordOf(noted, told, identityIn(recipientAccountId, noted, told));
  const shared = sharedEventID ? { sharedEventID } : {};
  return entryOf(noted.call, { ...record, recipientAccountId, ...shared });
}

function roleAccountOf({ call }: NotedCall): string | undefined {
  const { RoleArn } = (call.input ?? {}) as { RoleArn?: string };
  return RoleArn?.split(":")[4];
}

/** The role's account is told who came: of an account's identity only its id. */
function identityIn(accountId: string, { call, session }: NotedCall, outcome: Outcome): UserIdentity {
  const { principal } = call;
  if (principal.kind === "anonymous" && "output" in outcome) return webIdentityOf(outcome.output);
  return accountId === call.accountId
    ? userIdentityOf(principal, session, call.now)
    : foreignIdentityOf(principal);
}

function recordOf(noted: NotedCall, outcome: Outcome, userIdentity: UserIdentity): CloudTrailRecord {
  const { api, operation, call, sourceIp, userAgent, invokedBy } = noted;
  const { world } = call;
  const awsRegion = eventRegionOf(api.client, call.region, world.partition);
  return {
    eventVersion: "1.11",
    userIdentity,
    eventTime: seconds(call.now.toISOString()),
    eventSource: eventSourceOf(api),
    eventName: eventNameOf(api, operation.name),
    awsRegion,
    sourceIPAddress: invokedBy ?? sourceIp,
    userAgent: invokedBy ?? userAgent,
    ...("error" in outcome ? errorOf(api, outcome.error) : {}),
    requestParameters: bounded("requestParameters", requestOf(api, operation, call, awsRegion)),
    responseElements:
      "error" in outcome
        ? null
        : bounded(
            "responseElements",
            outcome.output === undefined ? null : responseOf(api, operation, call, outcome.output),
          ),
    requestID: call.requestId,
    eventID: randomUUID(),
    readOnly: eventKindOf(api, operation) === "read",
    eventType: "AwsApiCall",
    ...(api.version ? { apiVersion: api.version } : {}),
    managementEvent: true,
    recipientAccountId: call.accountId,
    eventCategory: "Management",
  };
}

function requestOf(api: Api, operation: ApiOperation, call: Call, region: string): object | null {
  const input = (call.input ?? {}) as Record<string, unknown>;
  if (api.client === "ec2") return ec2Request(operation.name, operation.input, input);
  if (api.client === "s3") return s3Request(operation, input, region);
  if (api.client === "s3-control") return s3ControlRequest(api, operation, input, region);
  return filled(camelOf(operation.input, input));
}

function responseOf(api: Api, operation: ApiOperation, call: Call, output: unknown): object | null {
  if (api.client === "ec2") return ec2Response(operation.name, operation.output, output, call.requestId);
  if (api.client === "s3" || api.client === "s3-control" || operation.output.kind !== "struct") return null;
  return filled(camelOf(operation.output, output ?? {}));
}

function filled(value: unknown): object | null {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0 ? value : null;
}

function bounded(part: string, value: object | null): object | null {
  const originalSize = value === null ? 0 : JSON.stringify(value).length;
  return originalSize > maxPartBytes ? { omitted: true, originalSize, reason: `${part} too large` } : value;
}

/** EC2's codes say whose fault it was; a denial is AccessDenied in every other service (from memory of records). */
function errorOf(api: Api, error: unknown): { errorCode: string; errorMessage: string } {
  const isKnown = error instanceof AwsFault;
  const code = isKnown ? error.code : "InternalFailure";
  const errorMessage = isKnown ? error.message : "An unknown error occurred";
  if (api.client === "ec2") {
    return { errorCode: `${isKnown && error.status < 500 ? "Client" : "Server"}.${code}`, errorMessage };
  }
  const isDenial = code === "AccessDeniedException";
  return { errorCode: isDenial ? "AccessDenied" : (api.errors.get(code)?.name ?? code), errorMessage };
}

function keep(call: Call, client: string, record: CloudTrailRecord): void {
  const place = { accountId: record.recipientAccountId, region: record.awsRegion };
  eventsOf(call.world).history.add(place, entryOf(call, record));
  publishRecord(call.world, place, client, record);
}

function entryOf({ now, principal }: Call, record: CloudTrailRecord) {
  return {
    at: now.getTime(),
    eventId: record.eventID,
    eventName: record.eventName,
    eventSource: record.eventSource,
    readOnly: record.readOnly === true,
    userName: userNameOf(principal),
    accessKeyId: principal.accessKeyId,
    resources: resourcesNamed(record),
    record: JSON.stringify(record),
  };
}
