// Sockets to AWS: one undici agent with a pool per origin, shared by all accounts; proxies,
// timeouts, and the demo's guard that lets nothing but loopback be reached. Knows nothing of AWS.
import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { addressOfLoopbackName, isLoopback } from "./endpoint.ts";
import type { AwsSettings } from "./settings.ts";

export function openDispatcher(settings: AwsSettings): Dispatcher {
  const options = {
    allowH2: false,
    connections: settings.maxConnectionsPerOrigin,
    pipelining: 1,
    headersTimeout: settings.headersTimeoutMs,
    bodyTimeout: settings.bodyTimeoutMs,
    maxResponseSize: settings.maxAnswerBytes,
    keepAliveTimeout: 15_000,
    keepAliveMaxTimeout: 60_000,
    connect: openConnector(settings),
  };
  const { httpProxy, httpsProxy, noProxy, loopbackOnly } = settings;
  if (loopbackOnly || !(httpProxy || httpsProxy)) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    // An empty text keeps undici from reading the process's own variables.
    httpProxy: httpProxy ?? "",
    httpsProxy: httpsProxy ?? httpProxy ?? "",
    noProxy,
  });
}

/** Thrown for a connection that the demo refuses to make; never retried. */
export class NotLoopbackError extends Error {
  readonly code = "NotLoopback";
}

function openConnector(settings: AwsSettings): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: settings.connectTimeoutMs,
    lookup: lookupFor(settings.loopbackOnly),
  });
  if (!settings.loopbackOnly) return connect;
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, "");
    // An address is never looked up, so it is judged here; a name is judged by what it resolves to.
    if (isIP(host) && !isLoopback(host)) callback(refusal(host, host), null);
    else connect(options, callback);
  };
}

function lookupFor(loopbackOnly: boolean): LookupFunction {
  return (hostname, options, callback) => {
    const known = addressOfLoopbackName(hostname);
    if (known) {
      const family = isIP(known);
      if (options.all) callback(null, [{ address: known, family }]);
      else callback(null, known, family);
      return;
    }
    systemLookup(hostname, options, (error, found, family) => {
      if (error || !loopbackOnly) return callback(error, found, family);
      const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
      const outside = addresses.find((address) => !isLoopback(address));
      if (outside === undefined) callback(null, found, family);
      else callback(refusal(hostname, outside), found, family);
    });
  };
}

function refusal(host: string, address: string): NotLoopbackError {
  return new NotLoopbackError(
    `${host} (${address}) is not on this machine, and the demo connects to nothing else`,
  );
}
