// The errors that any AWS API answers before an operation runs, with the code and status of its protocol.
import type { Decision, Layer } from "./authorize.ts";
import { AwsFault, type NeededPermission, type Principal } from "./operation.ts";
import type { Api, Protocol } from "./wire/api.ts";
import { speaksS3 } from "./wire/framing.ts";

export type FaultKind =
  | "notSigned"
  | "incomplete"
  | "unknownKey"
  | "badToken"
  | "expired"
  | "mismatch"
  | "skewed"
  | "denied"
  | "malformed"
  | "missing"
  | "unknownAction"
  | "notImplemented"
  | "tooLarge"
  | "internal";

type Row = Record<"query" | "ec2" | "json" | "rest" | "s3", [code: string, status: number]>;

const rows: Record<FaultKind, Row> = {
  notSigned: {
    query: ["MissingAuthenticationToken", 403],
    ec2: ["AuthFailure", 401],
    json: ["MissingAuthenticationTokenException", 400],
    rest: ["MissingAuthenticationTokenException", 403],
    s3: ["AccessDenied", 403],
  },
  incomplete: {
    query: ["IncompleteSignature", 400],
    ec2: ["IncompleteSignature", 400],
    json: ["IncompleteSignatureException", 400],
    rest: ["IncompleteSignatureException", 403],
    s3: ["AuthorizationHeaderMalformed", 400],
  },
  unknownKey: {
    query: ["InvalidClientTokenId", 403],
    ec2: ["AuthFailure", 401],
    json: ["UnrecognizedClientException", 400],
    rest: ["UnrecognizedClientException", 403],
    s3: ["InvalidAccessKeyId", 403],
  },
  badToken: {
    query: ["InvalidClientTokenId", 403],
    ec2: ["AuthFailure", 401],
    json: ["UnrecognizedClientException", 400],
    rest: ["UnrecognizedClientException", 403],
    s3: ["InvalidToken", 400],
  },
  expired: {
    query: ["ExpiredToken", 403],
    ec2: ["RequestExpired", 400],
    json: ["ExpiredTokenException", 400],
    rest: ["ExpiredTokenException", 403],
    s3: ["ExpiredToken", 400],
  },
  mismatch: {
    query: ["SignatureDoesNotMatch", 403],
    ec2: ["AuthFailure", 401],
    json: ["InvalidSignatureException", 400],
    rest: ["InvalidSignatureException", 403],
    s3: ["SignatureDoesNotMatch", 403],
  },
  skewed: {
    query: ["SignatureDoesNotMatch", 403],
    ec2: ["RequestExpired", 400],
    json: ["InvalidSignatureException", 400],
    rest: ["InvalidSignatureException", 403],
    s3: ["RequestTimeTooSkewed", 403],
  },
  denied: {
    query: ["AccessDenied", 403],
    ec2: ["UnauthorizedOperation", 403],
    json: ["AccessDeniedException", 400],
    rest: ["AccessDeniedException", 403],
    s3: ["AccessDenied", 403],
  },
  malformed: {
    query: ["MalformedInput", 400],
    ec2: ["InvalidParameterValue", 400],
    json: ["SerializationException", 400],
    rest: ["SerializationException", 400],
    s3: ["MalformedXML", 400],
  },
  missing: {
    query: ["ValidationError", 400],
    ec2: ["MissingParameter", 400],
    json: ["ValidationException", 400],
    rest: ["ValidationException", 400],
    s3: ["InvalidRequest", 400],
  },
  unknownAction: {
    query: ["InvalidAction", 400],
    ec2: ["InvalidAction", 400],
    json: ["UnknownOperationException", 400],
    rest: ["UnknownOperationException", 404],
    s3: ["MethodNotAllowed", 405],
  },
  notImplemented: {
    query: ["NotImplemented", 501],
    ec2: ["UnsupportedOperation", 501],
    json: ["NotImplemented", 501],
    rest: ["NotImplemented", 501],
    s3: ["NotImplemented", 501],
  },
  tooLarge: {
    query: ["RequestEntityTooLarge", 413],
    ec2: ["RequestEntityTooLarge", 413],
    json: ["RequestEntityTooLargeException", 413],
    rest: ["RequestEntityTooLargeException", 413],
    s3: ["EntityTooLarge", 400],
  },
  internal: {
    query: ["InternalFailure", 500],
    ec2: ["InternalError", 500],
    json: ["InternalServerException", 500],
    rest: ["InternalServerException", 500],
    s3: ["InternalError", 500],
  },
};

const columns: Record<Protocol, keyof Row> = {
  awsQuery: "query",
  ec2Query: "ec2",
  awsJson1_0: "json",
  awsJson1_1: "json",
  rpcV2Cbor: "json",
  restJson1: "rest",
  restXml: "s3",
};

/** REST-XML is S3's; CloudFront and Route 53 answer the codes of the query protocol in it. */
function columnOf(api: Api): keyof Row {
  return api.protocol === "restXml" && !speaksS3(api) ? "query" : columns[api.protocol];
}

export function fault(api: Api, kind: FaultKind, message: string): AwsFault {
  const [code, status] = rows[kind][columnOf(api)];
  return new AwsFault(code, message, status);
}

const throttlingCodes: Record<string, [code: string, status: number]> = {
  ec2: ["RequestLimitExceeded", 503],
  organizations: ["TooManyRequestsException", 400],
  account: ["TooManyRequestsException", 429],
  lambda: ["TooManyRequestsException", 429],
  s3: ["SlowDown", 503],
  "s3-control": ["SlowDown", 503],
  "resource-groups-tagging-api": ["ThrottledException", 400],
};

export function throttled(api: Api): AwsFault {
  const byProtocol: [string, number] =
    api.protocol === "awsQuery"
      ? ["Throttling", 400]
      : ["ThrottlingException", api.protocol === "restJson1" ? 429 : 400];
  const [code, status] = throttlingCodes[api.client] ?? byProtocol;
  return new AwsFault(code, api.client === "ec2" ? "Request limit exceeded." : "Rate exceeded", status);
}

const layerNames: Record<Layer, [explicit: string, implicit: string]> = {
  identity: ["an identity-based policy", "identity-based policy"],
  boundary: ["a permissions boundary", "permissions boundary"],
  session: ["a session policy", "session policy"],
  serviceControl: ["a service control policy", "service control policy"],
  resourceControl: ["a resource control policy", "resource control policy"],
  resource: ["a resource-based policy", "resource-based policy"],
};

export function denied(
  api: Api,
  principal: Principal,
  { action, resource }: NeededPermission,
  decision: Extract<Decision, { allowed: false }>,
  /** Of EC2, for STS to open. */
  sealed?: string,
): AwsFault {
  const [explicit, implicit] = layerNames[decision.layer];
  const on = resourceOf(api, resource);
  const reason = decision.isExplicit
    ? ` with an explicit deny in ${explicit}${decision.policyArn ? `: ${decision.policyArn}` : ""}`
    : action === "sts:AssumeRole" && decision.layer === "resource"
      ? ""
      : ` because no ${implicit} allows the ${action} action`;
  const start = api.client === "ec2" ? "You are not authorized to perform this operation. " : "";
  const who = principal.kind === "anonymous" ? "Anonymous user" : `User: ${principal.arn}`;
  return fault(
    api,
    "denied",
    `${start}${who} is not authorized to perform: ${action}${on}${reason}${sealed ? `. Encoded authorization failure message: ${sealed}` : ""}`,
  );
}

/** S3 puts the resource in quotation marks; where it is "*", S3 and EC2 name none. */
function resourceOf(api: Api, resource: string): string {
  if (speaksS3(api)) return resource === "*" ? "" : ` on resource: "${resource}"`;
  return api.client === "ec2" && resource === "*" ? "" : ` on resource: ${resource}`;
}

export function unknownAction(api: Api, action: string): AwsFault {
  return fault(
    api,
    "unknownAction",
    api.client === "s3"
      ? "The specified method is not allowed against this resource."
      : `The action ${action} is not valid for this web service.`,
  );
}

export function missingParameter(api: Api, path: string): AwsFault {
  if (api.protocol === "ec2Query")
    return fault(api, "missing", `The request must contain the parameter ${path}`);
  if (api.client === "s3") return fault(api, "missing", `Missing required parameter: ${path}`);
  const name = path.charAt(0).toLowerCase() + path.slice(1);
  const message = `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`;
  if (api.client === "organizations") return new AwsFault("InvalidInputException", message);
  return fault(api, "missing", message);
}
