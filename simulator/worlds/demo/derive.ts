// The collections of accounts that are drawn up as a whole when one of them is first read. For the demo world
// and for others that want accounts of its kind; which accounts there are is theirs.
import type { Place, World, WorldDefinition } from "../../world.ts";
import { installRoles } from "../install-role.ts";
import { drawAccountSettings } from "./account-settings.ts";
import type { DemoAccount } from "./accounts.ts";
import { drawMachines } from "./compute.ts";
import { type Draft, newDraft, streamOf } from "./draft.ts";
import { drawIdentities } from "./identity.ts";
import { drawKeys, type Keys } from "./keys.ts";
import { drawMessages } from "./messages.ts";
import { drawNetworks } from "./network.ts";
import { drawBuckets } from "./storage.ts";
import { drawVault } from "./vault.ts";
import { drawDatabase, drawFunctions } from "./workloads.ts";

/** What is drawn again in further rounds; the rest is there once per account. */
const repeatedKinds = [
  "ec2:dhcp-options",
  "ec2:flow-log",
  "ec2:instance",
  "ec2:internet-gateway",
  "ec2:network-acl",
  "ec2:network-interface",
  "ec2:route-table",
  "ec2:security-group",
  "ec2:snapshot",
  "ec2:subnet",
  "ec2:volume",
  "ec2:vpc",
  "ecr:repository",
  "iam:instance-profile",
  "iam:policy",
  "iam:role",
  "kms:alias",
  "kms:grant",
  "kms:key",
  "lambda:function",
  "rds:instance",
  "s3:bucket",
  "secrets-manager:secret",
  "sns:topic",
  "sqs:queue",
] as const;

const singleKinds = [
  "account:alternate-contact",
  "cloudtrail:trail",
  "ec2:settings",
  "iam:alias",
  "iam:group",
  "iam:password-policy",
  "iam:root",
  "iam:user",
  "s3-control:public-access-block",
] as const;

export interface DrawnAccounts {
  accountOf(world: World, accountId: string): DemoAccount | undefined;
  /** What is added to a drawn account before its settings. */
  finish?: (draft: Draft, keys: Keys) => void;
  /** How often an account's things are drawn, each time others; 1 unless told. */
  rounds?: number;
}

/** Drafts kept: an account's collections are read close together. */
const keptDrafts = 64;

/** For `derive`: everything that an account can hold, and the install role where the product runs. */
export function drawnCollections(drawn: DrawnAccounts): WorldDefinition["derive"] {
  const drafts = new WeakMap<World, Map<string, Draft>>();
  const draftOf = (world: World, account: DemoAccount): Draft => {
    const kept = drafts.get(world) ?? new Map<string, Draft>();
    drafts.set(world, kept);
    const { id } = account.fact;
    const draft = kept.get(id) ?? draw(world, account, drawn);
    kept.set(id, draft);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptDrafts) break;
      kept.delete(oldest);
    }
    return draft;
  };
  const entriesOf = (kind: string) => (world: World, place: Place) => {
    const { accountId, region } = place;
    const account = drawn.accountOf(world, accountId);
    if (account) return draftOf(world, account).entries.get(`${region}|${kind}`) ?? [];
    return kind === "iam:role" && region === "global" ? installRoles(world, place) : [];
  };
  return Object.fromEntries([...singleKinds, ...repeatedKinds].map((kind) => [kind, entriesOf(kind)]));
}

function draw(world: World, account: DemoAccount, { finish, rounds = 1 }: DrawnAccounts): Draft {
  const draft = newDraft(world, account);
  const keys = drawThings(draft);
  finish?.(draft, keys);
  drawAccountSettings(draft);
  for (let round = 1; round < rounds; round++) {
    const name = `${account.fact.name}-${round + 1}`;
    const more = newDraft(world, { ...account, fact: { ...account.fact, name } }, round);
    drawThings(more);
    for (const [key, entries] of more.entries) {
      const kind = key.slice(key.indexOf("|") + 1);
      if (!(repeatedKinds as readonly string[]).includes(kind)) continue;
      draft.entries.set(key, [...(draft.entries.get(key) ?? []), ...entries]);
    }
  }
  return draft;
}

function drawThings(draft: Draft): Keys {
  const identities = drawIdentities(draft);
  const keys = drawKeys(draft);
  const network = drawNetworks(draft);
  drawMachines(draft, network, keys, identities.profile);
  if (streamOf(draft, "has-database").chance(0.75)) drawDatabase(draft, network, keys, identities);
  drawFunctions(draft, network, keys, identities);
  drawBuckets(draft, keys);
  drawMessages(draft, keys);
  drawVault(draft, keys);
  return keys;
}
