// AWS's regions and which an account has without asking. The world's "account:region" says where an account differs.
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

/** Every region of the partition with the account's status, sorted by name. */
export function regionsOf(world: World, accountId: string): RegionOptIn[] {
  const { enabledByDefault, optIn } = partitions[world.partition] ?? { enabledByDefault: [], optIn: [] };
  const own = world.collection<RegionOptIn>({ accountId, region: "global" }, "account:region");
  const all: RegionOptIn[] = [
    ...enabledByDefault.map((RegionName) => ({ RegionName, RegionOptStatus: "ENABLED_BY_DEFAULT" as const })),
    ...optIn.map((RegionName) => own.get(RegionName) ?? { RegionName, RegionOptStatus: "DISABLED" as const }),
  ];
  return all.sort((a, b) => (a.RegionName < b.RegionName ? -1 : 1));
}

/** Whether the account may use the region now; undefined when there is no such region. */
export function isRegionEnabled(world: World, accountId: string, region: string): boolean | undefined {
  const partition = partitions[world.partition];
  if (partition?.enabledByDefault.includes(region)) return true;
  if (!partition?.optIn.includes(region)) return undefined;
  const own = world.collection<RegionOptIn>({ accountId, region: "global" }, "account:region").get(region);
  return own?.RegionOptStatus === "ENABLED" || own?.RegionOptStatus === "DISABLING";
}

/** Whether accounts must ask for the region first. */
export function isOptInRegion(world: World, region: string): boolean {
  return partitions[world.partition]?.optIn.includes(region) ?? false;
}
