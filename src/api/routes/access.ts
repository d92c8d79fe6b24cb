// Effective access of a resource, permissions of a principal, ways to more. Judged when asked, from what is stored.
import { escalationFrom } from "#access/escalation.ts";
import { accessTargets } from "#access/targets.ts";
import { whatCan } from "#access/what-can.ts";
import { whatIf } from "#access/what-if.ts";
import { whoCan } from "#access/who-can.ts";
import type * as contract from "#contract/access.ts";
import { Problem } from "#model/problem.ts";
import { type KeptDocument, readDocument } from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";
import { type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { readCursor, writeCursor } from "../cursor.ts";

export const getResourceAccess: RouteFunction<typeof contract.getResourceAccess> = async (context) => {
  const { query } = context;
  const cursor = readCursor(query.cursor, ["text", "text"]);
  const after = cursor && { cloudId: cursor[0], resourceId: cursor[1] };
  const now = new Date();
  const page = await judged(context, supported, (tx, document) =>
    whoCan(tx, document, { after, limit: query.limit ?? 200 }, now),
  );
  return {
    items: page.holdings.map((holding) => ({
      ...holding,
      actions: holding.actions.map(({ action, level }) => ({ action, level })),
    })),
    judged: page.judged,
    notRead: page.notRead,
    judgedAt: now.toISOString(),
    nextCursor: page.next && writeCursor([page.next.cloudId, page.next.resourceId]),
  };
};

export const previewResourceAccess: RouteFunction<typeof contract.previewResourceAccess> = async (
  context,
) => {
  const { query, body } = context;
  const cursor = readCursor(query.cursor, ["text", "text"]);
  const after = cursor && { cloudId: cursor[0], resourceId: cursor[1] };
  const now = new Date();
  const answer = await judged(context, supported, (tx, document) =>
    whatIf(tx, document, body.policy, { after, limit: query.limit ?? 200 }, now),
  );
  if (!("changed" in answer))
    throw new Problem("invalid-form", "AWS would not take this policy.", {
      errors: answer.map(({ path, detail }) => ({ path: `/policy${path}`, code: "wrong-format", detail })),
    });
  const { changed, judged: count, notRead, next } = answer;
  return {
    items: changed,
    judged: count,
    notRead: [...notRead],
    judgedAt: now.toISOString(),
    nextCursor: next && writeCursor([next.cloudId, next.resourceId]),
  };
};

const supported = accessTargets.map(({ type }) => type);
const principals = ["aws.iam.role", "aws.iam.user"];

export const getResourcePermissions: RouteFunction<typeof contract.getResourcePermissions> = async (
  context,
) => {
  const now = new Date();
  const permissions = await judged(context, principals, (tx, document) =>
    whatCan(tx, document, context.query.service ?? null, now),
  );
  return { ...permissions, judgedAt: now.toISOString() };
};

export const getEscalationPaths: RouteFunction<typeof contract.getEscalationPaths> = async (context) => {
  const now = new Date();
  const escalation = await judged(context, principals, (tx, document) => escalationFrom(tx, document, now));
  return { ...escalation, judgedAt: now.toISOString() };
};

async function judged<T>(
  context: Pick<Context, "parts" | "caller"> & { params: { id: string } },
  types: string[],
  judge: (tx: TenantTx, document: KeptDocument) => Promise<T | "unsupported">,
): Promise<T> {
  return inTenant(context, async (tx) => {
    const document = found(await readDocument(tx, context.params.id), "resource");
    const answer = await judge(tx, document);
    if (answer !== "unsupported") return answer;
    throw new Problem("invalid-form", `Give a resource of one of the types ${types.join(", ")}.`, {
      errors: [
        {
          path: "/id",
          code: "not-allowed-value",
          detail: `A ${document.type} has no such answer; these have: ${types.join(", ")}.`,
        },
      ],
    });
  });
}
