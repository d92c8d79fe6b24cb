// Where a call goes and in whose name it is signed, by the SDK's own endpoint rules.
import { isIP } from "node:net";
import { resolveParams, toEndpointV1 } from "@smithy/core/endpoints";
import type { Endpoint, EndpointV2 } from "@smithy/types";
import type { SdkOperation } from "./operations.ts";
import type { AwsSettings } from "./settings.ts";

export interface CallEndpoint {
  endpoint: Endpoint;
  signingName: string;
  signingRegion: string;
}

/** What the SDK's rules are asked with, as its own clients would; made once per client and region. */
type RuleSettings = Parameters<typeof resolveParams>[2];

/** Resolves endpoints; those that depend only on client and region are kept (at most a few thousand). */
export function openEndpoints(
  settings: AwsSettings,
): (operation: SdkOperation, input: Record<string, unknown>, region: string) => Promise<CallEndpoint> {
  const kept = new Map<string, CallEndpoint>();
  const ruleSettings = new Map<string, RuleSettings>();
  return async (operation, input, region) => {
    const key = `${operation.client.name} ${region} ${operation.hasHostPrefix}`;
    const known = operation.endpointVaries ? undefined : kept.get(key);
    if (known) return known;
    let rules = ruleSettings.get(key);
    if (!rules) {
      rules = ruleSettingsOf(settings, operation, region);
      ruleSettings.set(key, rules);
    }
    const resolved = await resolveEndpoint(operation, input, region, rules);
    if (!operation.endpointVaries) kept.set(key, resolved);
    return resolved;
  };
}

function ruleSettingsOf(settings: AwsSettings, operation: SdkOperation, region: string): RuleSettings {
  const { settings: client } = operation.client;
  const custom = customEndpoint(settings, client.serviceId, operation.hasHostPrefix);
  const rules = {
    ...client,
    region,
    endpoint: custom,
    isCustomEndpoint: custom !== undefined,
    forcePathStyle: custom !== undefined,
    useFipsEndpoint: settings.useFips,
    useDualstackEndpoint: settings.useDualstack,
    useGlobalEndpoint: false,
    accountIdEndpointMode: "disabled",
  };
  return rules as unknown as RuleSettings;
}

async function resolveEndpoint(
  { client, endpointParameters }: SdkOperation,
  input: Record<string, unknown>,
  region: string,
  rules: RuleSettings,
): Promise<CallEndpoint> {
  const supplier = { getEndpointParameterInstructions: () => endpointParameters };
  const parameters = await resolveParams(input, supplier, rules);
  const resolved = client.settings.endpointProvider(parameters as unknown as Record<string, unknown>);
  const scheme = signingSchemeOf(resolved);
  return {
    endpoint: toEndpointV1(resolved) as Endpoint,
    signingName: scheme.signingName ?? client.settings.defaultSigningName,
    signingRegion: scheme.signingRegion ?? region,
  };
}

function signingSchemeOf(endpoint: EndpointV2): { signingName?: string; signingRegion?: string } {
  const schemes = endpoint.properties?.authSchemes as
    | { name: string; signingName?: string; signingRegion?: string }[]
    | undefined;
  return schemes?.find(({ name }) => name === "sigv4") ?? {};
}

/** A host prefix cannot stand before an address, so a loopback address becomes a name for it. */
function customEndpoint(settings: AwsSettings, serviceId: string, needsName: boolean): string | undefined {
  const name = serviceId.toUpperCase().replaceAll(" ", "_");
  const url = settings.endpointUrls[name] ?? settings.endpointUrl;
  if (!url) return undefined;
  const parsed = new URL(url);
  const address = parsed.hostname.replace(/^\[|\]$/g, "");
  if (needsName && isIP(address) && isLoopback(address)) parsed.hostname = nameOfLoopback(address);
  return parsed.href;
}

export function isLoopback(address: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(address) || address === "::1" || /^::ffff:127\./i.test(address);
}

function nameOfLoopback(address: string): string {
  return address.includes(":") ? "v6.localhost" : `${address.replaceAll(".", "-")}.localhost`;
}

/** The address that a name made by nameOfLoopback stands for, with whatever was put before it. */
export function addressOfLoopbackName(hostname: string): string | null {
  const [, label] = /(?:^|\.)([\w-]+)\.localhost$/.exec(hostname) ?? [];
  if (label === "v6") return "::1";
  return label && /^127-\d+-\d+-\d+$/.test(label) ? label.replaceAll("-", ".") : null;
}
