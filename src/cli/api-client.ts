// The API as the CLI calls it: typed by the contract, errors as the server words them.
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

export async function callApi<R extends Route>(
  address: ApiAddress,
  route: R,
  asked: Asked<R> = {},
): Promise<ResponseOf<R>> {
  const response = await fetch(urlOf(address, route, asked), {
    method: route.method,
    headers: {
      authorization: `Bearer ${address.apiKey}`,
      ...(asked.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
  });
  const text = await response.text();
  if (response.ok) return (route.produces ? text : text === "" ? null : JSON.parse(text)) as ResponseOf<R>;
  const problem = text.startsWith("{")
    ? (JSON.parse(text) as { code?: string; detail?: string; errors?: { path: string; detail: string }[] })
    : {};
  const fields = (problem.errors ?? []).map((error) => ` ${error.path}: ${error.detail}`).join("");
  throw new ApiRefused(
    response.status,
    problem.code ?? `http-${response.status}`,
    `${problem.detail ?? text.slice(0, 200)}${fields}`,
  );
}

function urlOf<R extends Route>({ url }: ApiAddress, route: R, asked: Asked<R>): string {
  const params = (asked.params ?? {}) as Record<string, string>;
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const target = new URL(`${url}/api/v1${path}`);
  for (const [name, value] of Object.entries((asked.query ?? {}) as Record<string, unknown>))
    for (const one of [value].flat()) if (one !== undefined) target.searchParams.append(name, String(one));
  return target.href;
}
