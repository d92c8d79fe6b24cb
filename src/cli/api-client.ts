// The API as the CLI calls it: typed by the contract, errors as the server words them.

import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch } from "undici";
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, Route } from "#contract/route.ts";

export interface ApiAddress {
  url: string;
  apiKey: string;
}

interface Asked<R> {
  params?: ParamsOf<R>;
  query?: QueryOf<R>;
  body?: BodyOf<R>;
}

export class ApiRefused extends Error {
  readonly code: string;
  readonly status: number;
  constructor(status: number, code: string, detail: string) {
    super(`${detail} (${code})`);
    this.status = status;
    this.code = code;
  }
}

/** What answers is not Skywarden. */
export class NotSkywarden extends Error {}

/** This machine is reached directly, whatever HTTP_PROXY says; others as the environment says. */
const dispatchers: Partial<Record<"direct" | "asTold", Dispatcher>> = {};

function dispatcherTo(url: string): Dispatcher {
  const { hostname } = new URL(url);
  if (!/^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(hostname)) {
    dispatchers.asTold ??= new EnvHttpProxyAgent();
    return dispatchers.asTold;
  }
  dispatchers.direct ??= new Agent();
  return dispatchers.direct;
}

export async function callApi<R extends Route>(
  address: ApiAddress,
  route: R,
  asked: Asked<R> = {},
): Promise<ResponseOf<R>> {
  const url = urlOf(address, route, asked);
  const response = await fetch(url, {
    method: route.method,
    dispatcher: dispatcherTo(url),
    headers: {
      authorization: `Bearer ${address.apiKey}`,
      ...(asked.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
  });
  const text = await response.text();
  if (response.ok && route.produces) return text as ResponseOf<R>;
  const answer = text === "" ? null : parsed(text, address);
  if (response.ok) return answer as ResponseOf<R>;
  throw refusalOf(response.status, (answer ?? {}) as ProblemBody);
}

interface ProblemBody {
  code?: string;
  detail?: string;
  errors?: { path: string; detail: string }[];
}

function parsed(text: string, { url }: ApiAddress): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NotSkywarden(`What answers at ${url} is not Skywarden.`, { cause });
  }
}

function refusalOf(status: number, { code, detail, errors = [] }: ProblemBody): ApiRefused {
  const fields = errors.map((error) => ` ${error.path}: ${error.detail}`).join("");
  return new ApiRefused(status, code ?? `http-${status}`, `${detail ?? "It gives no reason."}${fields}`);
}

function urlOf<R extends Route>({ url }: ApiAddress, route: R, asked: Asked<R>): string {
  const params = (asked.params ?? {}) as Record<string, string>;
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const target = new URL(`${url}/api/v1${path}`);
  for (const [name, value] of Object.entries((asked.query ?? {}) as Record<string, unknown>))
    for (const one of [value].flat()) if (one !== undefined) target.searchParams.append(name, String(one));
  return target.href;
}
