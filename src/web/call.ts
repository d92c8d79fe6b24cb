// The typed client: one function over the contract's literals. Knows HTTP and problem+json, no page.
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, Route } from "#contract/route.ts";
import type { FieldError } from "#model/problem.ts";

type Loose<T> = { [K in keyof T]: T[K] | undefined };
type Part<Name extends string, T> =
  Record<never, never> extends T ? { [K in Name]?: Loose<T> | undefined } : { [K in Name]: T };
export type CallInput<R extends Route> = Part<"params", ParamsOf<R>> &
  Part<"query", QueryOf<R>> &
  (BodyOf<R> extends null ? { body?: undefined } : { body: BodyOf<R> });
interface AnyInput {
  params?: Record<string, unknown> | undefined;
  query?: Record<string, unknown> | undefined;
  body?: unknown;
}

/** What the server refused and why; status 0 means it did not answer at all. */
export class CallFailed extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly errors: FieldError[];

  constructor(
    status: number,
    problem: { code?: string; title?: string; detail?: string; errors?: FieldError[] },
  ) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? (status === 0 ? "no-answer" : `http-${status}`);
    this.title = problem.title ?? "The request failed";
    this.errors = problem.errors ?? [];
  }
}

let onSignedOut: () => void = () => {};
/** Called when the server says that nobody is signed in (any more). */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export function urlOf(route: Route, input: AnyInput = {}): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(input.params?.[name])),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== "") query.append(name, String(each));
    }
  }
  const text = query.toString();
  return `/api/v1${path}${text === "" ? "" : `?${text}`}`;
}

export async function call<R extends Route>(
  route: R,
  input: CallInput<R>,
  signal?: AbortSignal,
): Promise<ResponseOf<R>> {
  const { body } = input as AnyInput;
  const headers: Record<string, string> = { accept: route.produces ?? "application/json" };
  if (route.method !== "GET") headers["skywarden-request"] = "1";
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(urlOf(route, input as AnyInput), {
    method: route.method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new CallFailed(0, {
      title: "Skywarden does not answer",
      detail: "Check that the server runs and that you can reach it, then try again.",
    });
  });
  if (!response.ok) throw await refusal(route, response);
  if (response.status === 204) return null as ResponseOf<R>;
  return (route.produces ? response.text() : response.json()) as Promise<ResponseOf<R>>;
}

async function refusal(route: Route, response: Response): Promise<CallFailed> {
  if (response.status === 401 && route.name !== "signIn") onSignedOut();
  const isProblem = response.headers.get("content-type")?.includes("json") ?? false;
  return new CallFailed(response.status, isProblem ? await response.json() : {});
}
