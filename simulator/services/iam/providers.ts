// Identity providers: OIDC and SAML.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Tag } from "../../shapes.ts";
import type { World } from "../../world.ts";
import {
  alreadyExists,
  checkName,
  limitExceeded,
  type Marked,
  marked,
  noSuchEntity,
  withoutTags,
  withTags,
} from "./entity.ts";

/** Value of "iam:oidc-provider" (account, global) under its ARN. */
export interface OidcProvider {
  arn: string;
  /** Without https://. */
  Url: string;
  ClientIDList: string[];
  ThumbprintList: string[];
  CreateDate: string;
  Tags: Tag[];
}

/** Value of "iam:saml-provider" (account, global) under its ARN. */
interface SamlProvider {
  arn: string;
  SAMLProviderUUID: string;
  SAMLMetadataDocument: string;
  CreateDate: string;
  ValidUntil: string;
  Tags: Tag[];
}

interface OfOidc {
  OpenIDConnectProviderArn: string;
}

interface OfSaml {
  SAMLProviderArn: string;
}

const mostClients = 100;

export const providerOperations: Record<string, Operation> = {
  CreateOpenIDConnectProvider(
    call: Call<{ Url: string; ClientIDList?: string[]; ThumbprintList?: string[]; Tags?: Tag[] }>,
  ) {
    const { Url, ClientIDList = [], ThumbprintList = [], Tags = [] } = call.input;
    // Plain http is for a simulated issuer on this machine only.
    if (!/^https:\/\/[^?#\s]+$/.test(Url) && !/^http:\/\/127\.0\.0\.1[:/]/.test(Url))
      throw new AwsFault("ValidationError", "Invalid Open ID Connect Provider URL");
    checkThumbprints(ThumbprintList);
    if (ClientIDList.length > mostClients)
      throw limitExceeded("ClientIdsPerOpenIdConnectProvider", mostClients);
    const host = Url.replace(/^https?:\/\//, "").replace(/\/$/, "");
    const arn = `arn:${call.world.partition}:iam::${call.accountId}:oidc-provider/${host}`;
    if (oidc(call).get(arn)) throw alreadyExists(`Provider with url ${Url} already exists.`);
    const made = { arn, Url: host, ClientIDList, ThumbprintList, CreateDate: call.now.toISOString() };
    oidc(call).put(arn, { ...made, Tags: withTags([], Tags) });
    return { OpenIDConnectProviderArn: arn, Tags };
  },
  GetOpenIDConnectProvider(call: Call<OfOidc>) {
    const { arn: _, ...shown } = needOidc(call);
    return shown;
  },
  ListOpenIDConnectProviders: (call: Call) => ({
    OpenIDConnectProviderList: oidc(call)
      .list()
      .map(({ arn: Arn }) => ({ Arn })),
  }),
  DeleteOpenIDConnectProvider(call: Call<OfOidc>) {
    oidc(call).delete(needOidc(call).arn);
  },
  UpdateOpenIDConnectProviderThumbprint(call: Call<OfOidc & { ThumbprintList: string[] }>) {
    checkThumbprints(call.input.ThumbprintList);
    changeOidc(call, { ThumbprintList: call.input.ThumbprintList });
  },
  AddClientIDToOpenIDConnectProvider(call: Call<OfOidc & { ClientID: string }>) {
    const { ClientIDList } = needOidc(call);
    if (ClientIDList.includes(call.input.ClientID)) return;
    changeOidc(call, { ClientIDList: [...ClientIDList, call.input.ClientID] });
  },
  RemoveClientIDFromOpenIDConnectProvider(call: Call<OfOidc & { ClientID: string }>) {
    const { ClientIDList } = needOidc(call);
    changeOidc(call, { ClientIDList: ClientIDList.filter((id) => id !== call.input.ClientID) });
  },
  TagOpenIDConnectProvider(call: Call<OfOidc & { Tags: Tag[] }>) {
    changeOidc(call, { Tags: withTags(needOidc(call).Tags, call.input.Tags) });
  },
  UntagOpenIDConnectProvider(call: Call<OfOidc & { TagKeys: string[] }>) {
    changeOidc(call, { Tags: withoutTags(needOidc(call).Tags, call.input.TagKeys) });
  },
  ListOpenIDConnectProviderTags(call: Call<OfOidc & Marked>) {
    const { items, ...rest } = marked(call.input, needOidc(call).Tags);
    return { Tags: items, ...rest };
  },

  CreateSAMLProvider(call: Call<{ Name: string; SAMLMetadataDocument: string; Tags?: Tag[] }>) {
    const { Name, SAMLMetadataDocument, Tags = [] } = call.input;
    checkName(Name, "name", 128);
    checkMetadata(SAMLMetadataDocument);
    const arn = `arn:${call.world.partition}:iam::${call.accountId}:saml-provider/${Name}`;
    if (saml(call).get(arn)) throw alreadyExists(`SAMLProvider with name ${Name} already exists.`);
    saml(call).put(arn, {
      arn,
      SAMLProviderUUID: randomUUID().replaceAll("-", "").toUpperCase(),
      SAMLMetadataDocument,
      CreateDate: call.now.toISOString(),
      ValidUntil: new Date(call.now.getTime() + 100 * 365 * 86_400_000).toISOString(),
      Tags: withTags([], Tags),
    });
    return { SAMLProviderArn: arn, Tags };
  },
  GetSAMLProvider(call: Call<OfSaml>) {
    const { arn: _, ...shown } = needSaml(call);
    return shown;
  },
  ListSAMLProviders: (call: Call) => ({
    SAMLProviderList: saml(call)
      .list()
      .map(({ arn: Arn, ValidUntil, CreateDate }) => ({ Arn, ValidUntil, CreateDate })),
  }),
  UpdateSAMLProvider(call: Call<OfSaml & { SAMLMetadataDocument?: string }>) {
    const { SAMLMetadataDocument } = call.input;
    if (SAMLMetadataDocument !== undefined) {
      checkMetadata(SAMLMetadataDocument);
      saml(call).put(needSaml(call).arn, { ...needSaml(call), SAMLMetadataDocument });
    }
    return { SAMLProviderArn: needSaml(call).arn };
  },
  DeleteSAMLProvider(call: Call<OfSaml>) {
    saml(call).delete(needSaml(call).arn);
  },
  TagSAMLProvider(call: Call<OfSaml & { Tags: Tag[] }>) {
    const found = needSaml(call);
    saml(call).put(found.arn, { ...found, Tags: withTags(found.Tags, call.input.Tags) });
  },
  UntagSAMLProvider(call: Call<OfSaml & { TagKeys: string[] }>) {
    const found = needSaml(call);
    saml(call).put(found.arn, { ...found, Tags: withoutTags(found.Tags, call.input.TagKeys) });
  },
  ListSAMLProviderTags(call: Call<OfSaml & Marked>) {
    const { items, ...rest } = marked(call.input, needSaml(call).Tags);
    return { Tags: items, ...rest };
  },
};

export function oidcProviders(world: World, accountId: string) {
  return world.collection<OidcProvider>({ accountId, region: "global" }, "iam:oidc-provider");
}

export function providerCount(call: Call): number {
  return oidc(call).list().length + saml(call).list().length;
}

const oidc = ({ world, accountId }: Call) => oidcProviders(world, accountId);

const saml = ({ world, accountId }: Call) => samlProviders(world, accountId);

export function samlProviders(world: World, accountId: string) {
  return world.collection<SamlProvider>({ accountId, region: "global" }, "iam:saml-provider");
}

function needOidc(call: Call<OfOidc>): OidcProvider {
  const arn = call.input.OpenIDConnectProviderArn;
  const found = oidc(call).get(arn);
  if (!found) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return found;
}

function changeOidc(call: Call<OfOidc>, change: Partial<OidcProvider>): void {
  const found = needOidc(call);
  oidc(call).put(found.arn, { ...found, ...change });
}

function needSaml(call: Call<OfSaml>): SamlProvider {
  const arn = call.input.SAMLProviderArn;
  const found = saml(call).get(arn);
  if (!found) throw noSuchEntity(`Manifest not found for arn ${arn}`);
  return found;
}

function checkThumbprints(list: string[]): void {
  if (list.length > 5)
    throw new AwsFault("InvalidInput", "Thumbprint list must contain fewer than 5 entries.");
  if (list.every((each) => /^[0-9a-fA-F]{40}$/.test(each))) return;
  throw new AwsFault("ValidationError", "Thumbprint must be 40 hexadecimal characters.");
}

function checkMetadata(text: string): void {
  if (text.length >= 1000 && /EntityDescriptor/.test(text)) return;
  throw new AwsFault("InvalidInput", "Could not parse metadata");
}
