// The availability zones of a region and their ids: three, but where AWS has another number.
// Facts about AWS only; knows nothing of a world.

const letters: Record<string, string> = {
  "us-east-1": "abcdef",
  "us-west-1": "ac",
  "us-west-2": "abcd",
  "ca-central-1": "abd",
  "ap-northeast-1": "acd",
  "ap-northeast-2": "abcd",
  "ca-west-1": "abc",
  "cn-north-1": "abd",
};

const directions: Record<string, string> = {
  north: "n",
  south: "s",
  east: "e",
  west: "w",
  central: "c",
  northeast: "ne",
  northwest: "nw",
  southeast: "se",
  southwest: "sw",
  gov: "g",
};

export interface Zone {
  name: string;
  /** For example "use1-az1". */
  id: string;
}

export function zonesOf(region: string): Zone[] {
  const short = region
    .split("-")
    .map((part) => directions[part] ?? part)
    .join("");
  return [...(letters[region] ?? "abc")].map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${short}-az${index + 1}`,
  }));
}
