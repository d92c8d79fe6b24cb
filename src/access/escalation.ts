// Escalation paths: the shortest few ways from a user or role to everything in an account, hop by hop, each with the
// statements that allow it. Breadth first, so that shorter ways come first; bounded in depth, paths and questions.
import { unknownText } from "#iam/glob.ts";
import { cloudsByAccount, type KeptDocument, readNamed } from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";
import { type Identity, identityOf, openAccount, principalTypes } from "./account.ts";
import { type Answer, type Asking, mayNode, type Node } from "./ask-node.ts";
import { type EscalationEstate, openEstate } from "./escalation-estate.ts";
import { hopsFrom } from "./escalation-hops.ts";
import type { NotRead } from "./held.ts";
import { incompleteIn } from "./principals-page.ts";

export interface Hop {
  rule: string;
  title: string;
  /** Where it leads; null: everything in the account, whoever does it. */
  to: { arn: string; resourceId: string | null; name: string | null; cloudId: string } | null;
  /** What runs as the role that is won. */
  through: { arn: string; resourceId: string; name: string | null } | null;
  needs: Answer[];
}

export interface EscalationPath {
  hops: Hop[];
  /** Keys that some hop hangs on. */
  conditionKeys: string[];
  /** Whether some hop hangs on what could not be read. */
  isUnknown: boolean;
}

export interface Escalation {
  isAdministrator: boolean;
  paths: EscalationPath[];
  /** Principals whose ways were followed, and whether none was left. */
  followed: number;
  isComplete: boolean;
  notRead: NotRead[];
}

const hopsAtMost = 4;
const pathsAtMost = 5;
/** About 3 s (2026-11-22: 20 µs a question with its reasons, most are without). */
const questionsAtMost = 150_000;

interface Step {
  node: Node;
  hops: Hop[];
}

export interface Search {
  asking: Asking;
  tx: TenantTx;
  estates: Map<string, EscalationEstate | undefined>;
}

export async function escalationFrom(
  tx: TenantTx,
  document: KeptDocument,
  now: Date,
): Promise<Escalation | "unsupported"> {
  const search: Search = { asking: { now, asked: 0 }, tx, estates: new Map() };
  const estate = await estateOf(search, document.cloudId);
  const identity = estate && identityOf(estate.account, document);
  if (!estate || !identity || !principalTypes.includes(document.type)) return "unsupported";
  const start: Node = { account: estate.account, identity };
  const found = { paths: [] as EscalationPath[], followed: 0 };
  if (isAdministrator(search.asking, start))
    return { isAdministrator: true, ...found, isComplete: true, notRead: incompleteIn(estate.account) };
  const isComplete = await walk(search, start, found);
  const opened = [...search.estates.values()].filter((one) => one !== undefined);
  return {
    isAdministrator: false,
    ...found,
    isComplete: isComplete && opened.every(({ isCut }) => !isCut),
    notRead: opened.flatMap(({ account }) => incompleteIn(account)),
  };
}

async function walk(
  search: Search,
  start: Node,
  found: { paths: EscalationPath[]; followed: number },
): Promise<boolean> {
  const seen = new Set([keyOf(start)]);
  let steps: Step[] = [{ node: start, hops: [] }];
  for (let depth = 0; depth < hopsAtMost; depth++) {
    const next: Step[] = [];
    for (const { node, hops } of steps) {
      if (search.asking.asked > questionsAtMost) return false;
      found.followed++;
      for (const { hop, node: reached } of await hopsOf(search, node)) {
        const way = [...hops, hop];
        const isThere =
          reached === null || (!seen.has(keyOf(reached)) && isAdministrator(search.asking, reached));
        if (isThere) found.paths.push(pathOf(way));
        if (found.paths.length >= pathsAtMost) return false;
        if (reached === null || seen.has(keyOf(reached))) continue;
        seen.add(keyOf(reached));
        if (!isThere) next.push({ node: reached, hops: way });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    steps = next;
  }
  return steps.length === 0;
}

const keyOf = ({ identity }: Node) => `${identity.arn} ${identity.boundary === null}`;

function pathOf(hops: Hop[]): EscalationPath {
  const answers = hops.flatMap(({ needs }) => needs);
  return {
    hops,
    conditionKeys: [...new Set(answers.flatMap(({ conditionKeys }) => conditionKeys))].sort(),
    isUnknown: answers.some(({ verdict }) => verdict === "unknown"),
  };
}

async function estateOf(search: Search, cloudId: string): Promise<EscalationEstate | undefined> {
  if (!search.estates.has(cloudId)) search.estates.set(cloudId, await openEstate(search.tx, cloudId));
  return search.estates.get(cloudId);
}

async function hopsOf(search: Search, node: Node): Promise<{ hop: Hop; node: Node | null }[]> {
  const estate = await estateOf(search, node.account.place.cloudId);
  if (!estate) return [];
  return [...hopsFrom(search.asking, estate, node), ...(await hopsAcross(search, node))];
}

/** Some of several services, on whatever there is, is as good as all. */
function isAdministrator(asking: Asking, node: Node): boolean {
  const { partition, accountId } = node.account.place;
  const iam = `arn:${partition}:iam::${accountId}`;
  const probes = [
    ["iam:AttachRolePolicy", `${iam}:role/${unknownText}`],
    ["iam:CreateUser", `${iam}:user/${unknownText}`],
    ["s3:PutBucketPolicy", `arn:${partition}:s3:::${unknownText}`],
    ["ec2:TerminateInstances", `arn:${partition}:ec2:${unknownText}`],
    ["rds:DeleteDBInstance", `arn:${partition}:rds:${unknownText}`],
  ] as const;
  return probes.every(([action, resource]) => {
    const answer = mayNode(asking, node, { action, resource });
    // Hanging on nothing that is known means on which resource it is.
    return answer?.verdict === "allowed" || (answer?.conditionKeys.length ?? 0) > 0;
  });
}

/** Into roles of other known accounts that its policies name: their trust must let it in. */
async function hopsAcross(search: Search, node: Node): Promise<{ hop: Hop; node: Node }[]> {
  const { tx, asking } = search;
  const arns = namedRoles(node.identity).filter((arn) => !arn.includes(`:${node.account.place.accountId}:`));
  const clouds = await cloudsByAccount(tx, [...new Set(arns.map((arn) => arn.split(":")[4] ?? ""))]);
  const hops: { hop: Hop; node: Node }[] = [];
  for (const arn of arns.slice(0, rolesAcrossAtMost)) {
    const cloudId = clouds.get(arn.split(":")[4] ?? "");
    const account = cloudId === undefined ? undefined : await openAccount(tx, cloudId);
    if (cloudId === undefined || !account) continue;
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    const [role] = await readNamed(tx, cloudId, "aws.iam.role", [name]);
    if (role?.arn !== arn) continue;
    const identity = identityOf(account, role);
    const { trust } = identity;
    const question = {
      action: "sts:AssumeRole",
      resource: arn,
      resourceAccountId: account.place.accountId,
      trust,
      rcp: account.rcp,
    };
    const answer = mayNode(asking, node, question);
    if (!answer) continue;
    const to = { arn, resourceId: role.id, name, cloudId };
    const hop = { rule: "assume-role", title: "Assumes the role", to, through: null, needs: [answer] };
    hops.push({ hop, node: { account, identity } });
  }
  return hops;
}

const rolesAcrossAtMost = 20;

/** Roles that it may assume by name. Wildcards would be every account there is. */
function namedRoles({ identity }: Identity): string[] {
  if (identity === "unread") return [];
  const resources = identity.flatMap(({ policy }) =>
    "problems" in policy
      ? []
      : policy.statements.flatMap(({ effect, resources }) =>
          effect === "Allow" && resources && !resources.isNegated ? resources.values : [],
        ),
  );
  return [
    ...new Set(resources.filter((value) => /^arn:[^:*]*:iam::\d{12}:role\/[^*?$]+$/.test(value))),
  ].sort();
}
