// What the request of a role's session carries without anybody telling: derived from the role, its account and the
// place of the call. User guide, "AWS global condition context keys".
import { type Context, type KeyState, multiple, single } from "#iam/context.ts";

export interface RoleSession {
  /** With its path. */
  roleArn: string;
  /** AROA…; null: not known. */
  roleId: string | null;
  sessionName: string | null;
  accountId: string;
  tags: readonly { key: string; value: string }[];
  /** null: the account is in none; "unknown": nobody has told. */
  organization: AccountPlace | null | "unknown";
  region: string;
  at: Date;
  /** Addresses that our calls come from, as the operator has named them; null: not known. */
  sourceIps: readonly string[] | null;
}

export interface AccountPlace {
  organizationId: string;
  /** Ids from the root down: "o-a1/r-ab12/ou-ab12-prod/". */
  path: string;
}

/** Of a read by the session on what its own account owns. */
export function roleContext(session: RoleSession): Context {
  const { accountId, at, organization } = session;
  const organizationId = placed(organization, ({ organizationId: id }) => single(id));
  const path = placed(organization, ({ path: ids }) => multiple([ids]));
  const tags = session.tags.map(
    ({ key, value }) => [`aws:principaltag/${key.toLowerCase()}`, single(value)] as const,
  );
  const keys: (readonly [string, KeyState])[] = [
    ["aws:principalarn", single(session.roleArn)],
    ["aws:principalaccount", single(accountId)],
    ["aws:principaltype", single("AssumedRole")],
    ["aws:userid", userId(session)],
    ["aws:principalorgid", organizationId],
    ["aws:principalorgpaths", path],
    ["aws:resourceaccount", single(accountId)],
    ["aws:resourceorgid", organizationId],
    ["aws:resourceorgpaths", path],
    ["aws:requestedregion", single(session.region)],
    ["aws:currenttime", single(at.toISOString())],
    ["aws:epochtime", single(String(Math.floor(at.getTime() / 1000)))],
    ["aws:sourceip", sourceIp(session.sourceIps)],
    ...constant,
    ...tags,
  ];
  return { keys: new Map(keys), families, otherwise: "unknown" };
}

const constant: readonly (readonly [string, KeyState])[] = [
  ["aws:principalisawsservice", single("false")],
  ["aws:viaawsservice", single("false")],
  ["aws:securetransport", single("true")],
  // No service calls on our behalf or we on its; reads carry no tags; nobody types a code for a machine's session.
  ...[
    ...["aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:principalservicename"],
    ...["aws:principalservicenameslist", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid"],
    ...["aws:sourceorgpaths", "aws:tagkeys", "aws:multifactorauthpresent", "aws:multifactorauthage"],
    ...["aws:username", "aws:federatedprovider", "aws:assumedroot", "aws:ec2instancesourcevpc"],
    "aws:ec2instancesourceprivateipv4",
  ].map((key): [string, KeyState] => [key, "absent"]),
];

const families: Context["families"] = [
  { prefix: "aws:principaltag/", state: "absent" },
  { prefix: "aws:requesttag/", state: "absent" },
];

function placed(place: RoleSession["organization"], of: (place: AccountPlace) => KeyState): KeyState {
  return place === null ? "absent" : place === "unknown" ? "unknown" : of(place);
}

function userId({ roleId, sessionName }: RoleSession): KeyState {
  return roleId === null || sessionName === null ? "unknown" : single(`${roleId}:${sessionName}`);
}

/** A call comes from one address; of several nobody knows which. */
function sourceIp(addresses: readonly string[] | null): KeyState {
  const [first, ...others] = addresses ?? [];
  return first !== undefined && others.length === 0 ? single(first) : "unknown";
}
