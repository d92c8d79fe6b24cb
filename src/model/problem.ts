// Every error a caller of Skywarden can meet: code, HTTP status, title. One table, sent as
// problem+json (RFC 9457). Codes are stable from the first release.

export const problems = {
  "malformed-json": { status: 400, title: "The body is not valid JSON" },
  "malformed-request": { status: 400, title: "The request cannot be read" },
  "not-signed-in": { status: 401, title: "Sign in first" },
  "session-expired": { status: 401, title: "The session has ended" },
  "wrong-credentials": { status: 401, title: "E-mail or password is wrong" },
  "not-allowed": { status: 403, title: "Your role does not allow this" },
  "csrf-refused": { status: 403, title: "The request does not come from Skywarden's own pages" },
  "reserved-badge": { status: 403, title: "This badge cannot be changed here" },
  "managed-cloud": { status: 403, title: "This cloud is managed by its organization" },
  "not-found": { status: 404, title: "There is no such thing" },
  "method-not-allowed": { status: 405, title: "This path does not take that method" },
  conflict: { status: 409, title: "This contradicts what is stored" },
  "organization-already-connected": {
    status: 409,
    title: "This AWS Organization is already connected to this installation",
  },
  "cloud-already-connected": {
    status: 409,
    title: "This AWS account is already connected to this installation",
  },
  "changed-meanwhile": { status: 412, title: "Somebody changed this meanwhile" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "Send application/json" },
  "invalid-form": { status: 422, title: "Some fields are wrong" },
  "invalid-query": { status: 422, title: "Some query parameters are wrong" },
  "slow-down": { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Skywarden failed" },
  "simulator-away": { status: 503, title: "The demo's simulator does not answer" },
  "not-ready": { status: 503, title: "Skywarden is starting" },
} as const;

export type ProblemCode = keyof typeof problems;

/** One wrong field: `path` is a JSON Pointer (RFC 6901) into the body, `detail` says what to do. */
export interface FieldError {
  path: string;
  code: string;
  detail: string;
}

/** Thrown only at the edge, where nothing can be done but to tell the caller. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    more: { errors?: FieldError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** The end of a process with a sentence for the person who started it: exit code 2 unless said otherwise. */
export class StartRefused extends Error {
  readonly exitCode: number;
  constructor(sentence: string, exitCode = 2, cause?: unknown) {
    super(sentence, { cause });
    this.exitCode = exitCode;
  }
}
