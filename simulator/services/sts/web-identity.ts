// AssumeRoleWithWebIdentity: unsigned; the token of an OIDC provider that the role's account knows is the proof.
import { authorize } from "../../authorize.ts";
import { issuerOf, verifyWebIdentity, type WebIdentityClaims } from "../../metadata/web-identity.ts";
import { AwsFault, type Call, type Principal } from "../../operation.ts";
import { resourceVerdict } from "../../policy/principal.ts";
import { resourceControlOn } from "../../resource-control.ts";
import { issueSession } from "../../sessions.ts";
import { type OidcProvider, oidcProviders } from "../iam/providers.ts";
import { checkSessionName } from "./assume-role.ts";
import {
  checkSessionInput,
  invalid,
  lifeOf,
  limitsOf,
  packedSize,
  type SessionInput,
  tokenVersion,
} from "./session-input.ts";
import { roleAt, trustPolicy } from "./trust.ts";

interface WebIdentityInput extends SessionInput {
  RoleArn: string;
  RoleSessionName: string;
  WebIdentityToken: string;
  ProviderId?: string;
}

const action = "sts:AssumeRoleWithWebIdentity";

export function assumeRoleWithWebIdentity(call: Call<WebIdentityInput>) {
  const { input, world, now } = call;
  const { RoleArn, RoleSessionName } = input;
  if (!/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(RoleArn)) invalid(`${RoleArn} is invalid`);
  checkSessionName(RoleSessionName);
  checkSessionInput(input, 43_200);
  if (!call.secret) throw new Error("no secret to seal a session with");
  const claims = verified(call, call.secret);
  const accountId = RoleArn.split(":")[4] ?? "";
  const provider = providerOf(call, accountId, claims);
  const found = roleAt(world, RoleArn);
  if (!found || !isTrusted(call, found, provider, claims)) throw notAuthorized();
  const { role } = found;
  const seconds = input.DurationSeconds ?? 3600;
  if (seconds > role.MaxSessionDuration)
    invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  const { principal_tags: tags, transitive_tag_keys: transitiveTagKeys } = tagsIn(claims);
  const Credentials = issueSession(call.secret, {
    accountId,
    roleName: role.RoleName,
    roleId: role.RoleId,
    sessionName: RoleSessionName,
    ...lifeOf(now, seconds),
    ...limitsOf(input),
    ...(tags ? { tags } : {}),
    ...(transitiveTagKeys ? { transitiveTagKeys } : {}),
    federatedProvider: provider.arn,
    ...tokenVersion({ ...call, accountId }),
  });
  return {
    Credentials,
    SubjectFromWebIdentityToken: claims.sub,
    AssumedRoleUser: {
      AssumedRoleId: `${role.RoleId}:${RoleSessionName}`,
      Arn: `arn:${world.partition}:sts::${accountId}:assumed-role/${role.RoleName}/${RoleSessionName}`,
    },
    PackedPolicySize: packedSize(input),
    Provider: provider.arn,
    Audience: audiencesOf(claims)[0],
  };
}

function verified({ input, world, now }: Call<WebIdentityInput>, secret: string): WebIdentityClaims {
  const result = verifyWebIdentity(secret, input.WebIdentityToken, now);
  if (!("problem" in result)) {
    if (result.claims.iss !== issuerOf(world)) throw invalidToken(noProvider(result.claims.iss));
    return result.claims;
  }
  if (result.problem === "expired" && result.claims) {
    const [current, end] = [Math.floor(now.getTime() / 1000), result.claims.exp];
    throw new AwsFault(
      "ExpiredTokenException",
      `Token expired: current date/time ${current} must be before the expiration date/time ${end}`,
    );
  }
  throw invalidToken(
    result.problem === "malformed"
      ? "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
      : result.problem === "not-yet"
        ? "Token is not yet valid"
        : "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
}

function providerOf({ world }: Call, accountId: string, claims: WebIdentityClaims): OidcProvider {
  const host = claims.iss.replace(/^https?:\/\//, "");
  const provider = oidcProviders(world, accountId)
    .list()
    .find(({ Url }) => Url === host);
  if (!provider) throw invalidToken(noProvider(claims.iss));
  if (!audiencesOf(claims).some((audience) => provider.ClientIDList.includes(audience)))
    throw invalidToken("Incorrect token audience");
  return provider;
}

function noProvider(issuer: string): string {
  return `No OpenIDConnect provider found in your account for ${issuer}`;
}

function isTrusted(
  call: Call<WebIdentityInput>,
  found: NonNullable<ReturnType<typeof roleAt>>,
  provider: OidcProvider,
  claims: WebIdentityClaims,
): boolean {
  const { world, now, input } = call;
  const principal: Principal = {
    ...{ kind: "anonymous", accountId: found.accountId, arn: provider.arn, userId: claims.sub },
    ...{ accessKeyId: "", tags: {} },
  };
  const given = new Map<string, string[]>([
    [`${provider.Url}:sub`.toLowerCase(), [claims.sub]],
    [`${provider.Url}:aud`.toLowerCase(), audiencesOf(claims)],
    ["sts:rolesessionname", [input.RoleSessionName]],
    ["aws:federatedprovider", [provider.arn]],
    ["aws:requestedregion", [call.region]],
    ["aws:currenttime", [now.toISOString()]],
    ["aws:securetransport", ["true"]],
    ["aws:principalisawsservice", ["false"]],
    ["aws:resourceaccount", [found.accountId]],
  ]);
  const resource = input.RoleArn;
  const resourceControl = resourceControlOn(world, found.accountId, { action, resource, principal });
  const asked = { action, resource, context: (key: string) => given.get(key), resourceControl };
  const verdict = resourceVerdict(trustPolicy(found), principal, asked);
  // Nobody of an account, so no policies of its own: the trust policy is all there is.
  const layers = { identity: [], boundary: undefined, session: undefined, serviceControl: undefined };
  return authorize(layers, asked, verdict).allowed;
}

function audiencesOf({ aud, azp }: WebIdentityClaims): string[] {
  return typeof azp === "string" ? [azp] : [aud].flat();
}

interface TagClaims {
  principal_tags?: Record<string, string>;
  transitive_tag_keys?: string[];
}

function tagsIn(claims: WebIdentityClaims): TagClaims {
  const tags = claims["https://aws.amazon.com/tags"] as
    | { principal_tags?: Record<string, string[]>; transitive_tag_keys?: string[] }
    | undefined;
  if (!tags?.principal_tags) return {};
  const entries = Object.entries(tags.principal_tags).map(([key, values]) => [key, values[0] ?? ""]);
  return {
    principal_tags: Object.fromEntries(entries),
    ...(tags.transitive_tag_keys ? { transitive_tag_keys: tags.transitive_tag_keys } : {}),
  };
}

function invalidToken(message: string): AwsFault {
  return new AwsFault("InvalidIdentityToken", message);
}

function notAuthorized(): AwsFault {
  return new AwsFault("AccessDenied", `Not authorized to perform ${action}`, 403);
}
