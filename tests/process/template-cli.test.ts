// The AWS CLI lines of the templates, run by a shell with AWS's own command line where the host has it.
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { loadCatalog } from "#catalog/load.ts";
import { renderTemplate } from "#onboarding/templates/template.ts";
import { startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { small } from "../../simulator/worlds/small.ts";
import { awsCommand } from "./aws-tools.ts";
import { cleanUp, newFolder } from "./demo-run.ts";

const command = awsCommand();
const folder = newFolder();
afterAll(cleanUp);

/** Older versions of the AWS CLI take the endpoint only as an argument. */
function aws(endpoint: string): string {
  const programs = join(folder, "bin");
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(programs, "aws"), `#!/bin/sh\nexec ${command} --endpoint-url ${endpoint} "$@"\n`);
  chmodSync(join(programs, "aws"), 0o755);
  return `${programs}:/usr/local/bin:/usr/bin:/bin`;
}

test("the lines of a member role make it, and the AWS CLI prints its ARN (S39)", {
  timeout: 120_000,
}, async () => {
  if (!command) {
    process.stdout.write(
      "awscli of version 2 is not installed here: the templates' lines are not run by it\n",
    );
    return;
  }
  const simulated = await startSimulatedAws({ world: "small" });
  try {
    const { endpoint, accessKeyId, secretAccessKey } = simulated.simulator;
    const script = renderTemplate(
      "member-role",
      "cli",
      {
        ...{ platformRoleArn: [simulated.platformArn], externalId: "skywarden-0123456789abcdef" },
        ...{ rolePath: "/security/", tags: [{ key: "owner", value: "team a/b" }] },
      },
      (await loadCatalog()).allHarvestActions(),
    ).text;
    const { stdout } = await promisify(execFile)("sh", ["-c", script], {
      cwd: folder,
      env: {
        PATH: aws(endpoint),
        HOME: folder,
        AWS_REGION: "us-east-1",
        AWS_PAGER: "",
        AWS_DEFAULT_OUTPUT: "json",
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
    });
    const arn = `arn:aws:iam::${small.managementAccountId}:role/security/Skywarden-Harvest-Member-Role`;
    expect(stdout.trim().split("\n").at(-1)).toBe(arn);
    const { AttachedPolicies } = await simulated.must<{ AttachedPolicies: { PolicyName: string }[] }>(
      small.managementAccountId,
      "iam",
      "ListAttachedRolePolicies",
      { RoleName: "Skywarden-Harvest-Member-Role" },
    );
    expect(AttachedPolicies.map(({ PolicyName }) => PolicyName)).toEqual([
      "SecurityAudit",
      "Skywarden-Harvest-Member-Policy",
    ]);
  } finally {
    await simulated.close();
  }
});
