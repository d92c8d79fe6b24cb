// AWS's regions and which an account has without asking. The world's "account:region" says where an account differs.
import { remember } from "./remember.ts";
import type { RegionOptIn } from "./shapes.ts";
import type { World } from "./world.ts";

interface Partition {
  enabledByDefault: string[];
  optIn: string[];
}

/** Sources: AWS's list of regions, read 2026-11; opt-in regions are those launched after 20 March 2019. */
const partitions: Record<string, Partition> = {
  aws: {
    enabledByDefault: [
      "ap-northeast-1",
      "ap-northeast-2",
      "ap-northeast-3",
      "ap-south-1",
      "ap-southeast-1",
      "ap-southeast-2",
      "ca-central-1",
      "eu-central-1",
      "eu-north-1",
      "eu-west-1",
      "eu-west-2",
      "eu-west-3",
      "sa-east-1",
      "us-east-1",
      "us-east-2",
      "us-west-1",
      "us-west-2",
    ],
    optIn: [
      "af-south-1",
      "ap-east-1",
      "ap-east-2",
      "ap-south-2",
      "ap-southeast-3",
      "ap-southeast-4",
      "ap-southeast-5",
      "ap-southeast-6",
      "ap-southeast-7",
      "ca-west-1",
      "eu-central-2",
      "eu-south-1",
      "eu-south-2",
      "il-central-1",
      "me-central-1",
      "me-south-1",
      "mx-central-1",
    ],
  },
  "aws-us-gov": { enabledByDefault: ["us-gov-east-1", "us-gov-west-1"], optIn: [] },
  "aws-cn": { enabledByDefault: ["cn-north-1", "cn-northwest-1"], optIn: [] },
};

/** As it is kept: what was asked for, and when it is so. */
export interface StoredRegion extends RegionOptIn {
  settlesAt?: string;
}

function statusNow({ RegionName, RegionOptStatus, settlesAt }: StoredRegion, now: Date): RegionOptIn {
  const isSettled = settlesAt === undefined || Date.parse(settlesAt) <= now.getTime();
  if (!isSettled || !/ING$/.test(RegionOptStatus)) return { RegionName, RegionOptStatus };
  return { RegionName, RegionOptStatus: RegionOptStatus === "ENABLING" ? "ENABLED" : "DISABLED" };
}

/** Where clients of the partition call what is global. */
export function homeRegion({ partition }: Pick<World, "partition">): string {
  const homes: Record<string, string> = { "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1" };
  return homes[partition] ?? "us-east-1";
}

/** Every region of the partition with the account's status, sorted by name. */
export function regionsOf(world: World, accountId: string, now = new Date()): RegionOptIn[] {
  const own = world.collection<StoredRegion>({ accountId, region: "global" }, "account:region");
  const stored = (name: string) => {
    const found = own.get(name);
    return found && statusNow(found, now);
  };
  return namesIn(world.partition).map(({ RegionName, isOptIn }) =>
    isOptIn
      ? (stored(RegionName) ?? { RegionName, RegionOptStatus: "DISABLED" })
      : { RegionName, RegionOptStatus: "ENABLED_BY_DEFAULT" },
  );
}

const namesIn = remember((partition: string) => {
  const { enabledByDefault, optIn } = partitions[partition] ?? { enabledByDefault: [], optIn: [] };
  const named = [
    ...enabledByDefault.map((RegionName) => ({ RegionName, isOptIn: false })),
    ...optIn.map((RegionName) => ({ RegionName, isOptIn: true })),
  ];
  return named.sort((a, b) => (a.RegionName < b.RegionName ? -1 : 1));
});

/** Whether the account may use the region now; undefined when there is no such region. */
export function isRegionEnabled(
  world: World,
  accountId: string,
  region: string,
  now = new Date(),
): boolean | undefined {
  const partition = partitions[world.partition];
  if (partition?.enabledByDefault.includes(region)) return true;
  if (!partition?.optIn.includes(region)) return isElsewhere(region) ? false : undefined;
  const own = world.collection<StoredRegion>({ accountId, region: "global" }, "account:region").get(region);
  const status = own && statusNow(own, now).RegionOptStatus;
  return status === "ENABLED" || status === "DISABLING";
}

/** Of another partition, where nobody knows this one's credentials. */
function isElsewhere(region: string): boolean {
  return Object.values(partitions).some(
    ({ enabledByDefault, optIn }) => enabledByDefault.includes(region) || optIn.includes(region),
  );
}

/** Whether accounts must ask for the region first. */
export function isOptInRegion(world: World, region: string): boolean {
  return partitions[world.partition]?.optIn.includes(region) ?? false;
}
