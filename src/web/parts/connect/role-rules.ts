// What is wrong with the fields of a role before the server is asked, in words that say what to do.
// A path may hold any printable sign, a name only some.
const pathAndName = String.raw`(\/[!-~]+)?\/[\w+=,.@-]{1,64}`;
const arnPattern = new RegExp(String.raw`^arn:(aws|aws-us-gov|aws-cn):iam::\d{12}:role${pathAndName}$`);

export function wrongArn(arn: string): string | null {
  if (arn.trim() === "") return "Paste the ARN of the role that the template made";
  if (arn.startsWith("arn:aw:")) return 'The partition is misspelt: write "arn:aws:", not "arn:aw:"';
  return arnPattern.test(arn.trim()) ? null : "Give a role ARN such as arn:aws:iam::111111111111:role/Name";
}

export const wrongSession = (name: string): string | null =>
  /^[\w+=,.@-]{2,64}$/.test(name) ? null : "Use 2 to 64 letters, digits or _+=,.@- without spaces";

/** A role that the installation's own role assumes lives an hour at most. */
export const wrongDuration = (seconds: number | "", maxSeconds = 3600): string | null => {
  if (seconds !== "" && seconds >= 900 && seconds <= maxSeconds) return null;
  return maxSeconds === 3600
    ? "Give 900 to 3600 seconds: a role that assumes a role gets one hour at most"
    : `Give 900 to ${maxSeconds} seconds, and no more than the role's own maximum`;
};

const shortPattern = new RegExp(`^(role)?${pathAndName}$`);

/** The member role may also be given by its path and name alone: it stands in every account. */
export const wrongMemberArn = (arn: string): string | null => {
  const isName = /^[\w+=,.@-]{1,64}$/.test(arn.trim());
  if (isName) return `For a role known by its name alone write role/${arn.trim()}, or give its ARN`;
  return shortPattern.test(arn.trim()) ? null : wrongArn(arn);
};

/** The partition that an ARN names; null: it is none. */
export const partitionOfArn = (arn: string): string | null =>
  /^arn:(aws[a-z-]*):/.exec(arn.trim())?.[1] ?? null;
