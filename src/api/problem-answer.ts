// Every error of a request as problem+json (RFC 9457): our own, Fastify's and the database's.
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { type FieldError, Problem, type ProblemCode, problems } from "#model/problem.ts";

export const problemType = "application/problem+json; charset=utf-8";

interface ProblemBody {
  type: "about:blank";
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
  errors?: FieldError[];
  requestId?: string;
}

export function problemBody(problem: Problem): ProblemBody {
  const { title, status } = problems[problem.code];
  return {
    type: "about:blank",
    title,
    status,
    code: problem.code,
    detail: problem.message,
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
  };
}

export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = asProblem(error, request.id);
  if (problem.status >= 500) request.log.error({ err: error }, "a request failed");
  if (problem.retryAfterSeconds !== undefined) reply.header("retry-after", problem.retryAfterSeconds);
  if (problem.status === 401) reply.header("www-authenticate", "Bearer");
  return reply.status(problem.status).type(problemType).send(problemBody(problem));
}

const ofFastify: Record<string, [ProblemCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["body-too-large", "Send less: at most 1 MB, or 8 MB where a file is taken."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    "unsupported-media-type",
    "Send JSON with the header Content-Type: application/json.",
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ["malformed-json", "Send a body that is valid JSON."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["malformed-request", "The Content-Length is not that of the body."],
  FST_ERR_BAD_URL: ["malformed-request", "The address has a broken percent code."],
};

/** PostgreSQL is starting, stopping or cannot be reached. */
const databaseAway = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOENT"],
  ...["57P01", "57P02", "57P03", "53300"],
]);

export function asProblem(error: unknown, requestId: string): Problem {
  if (error instanceof Problem) return error;
  const { code = "", statusCode = 500 } = error as Partial<FastifyError>;
  const known = ofFastify[code];
  if (known) return new Problem(...known, { cause: error });
  if (databaseAway.has(code))
    return new Problem("not-ready", "The database cannot be reached; try again shortly.", {
      cause: error,
      retryAfterSeconds: 5,
    });
  if (statusCode >= 400 && statusCode < 500)
    return new Problem("malformed-request", (error as Error).message, { cause: error });
  return new Problem("internal", `The cause stands in the log under the request id ${requestId}.`, {
    cause: error,
  });
}
