// The credential report: a CSV of the account's users as they are when it is made; a new one at most every four hours.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
import { lastUseOf } from "../../events/key-uses.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { IamAccessKey, IamPasswordPolicy, IamRootUser, IamUser } from "../../shapes.ts";
import { iamArn, own } from "./entity.ts";
import { credentialsOf } from "./user-credentials.ts";

const freshMs = 4 * 3_600_000;

/** Value of "iam:credential-report" (account, global) under "self". */
interface Report {
  startedAt: string;
  text: string;
}

const columns = [
  ...["user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed"],
  ...["password_next_rotation", "mfa_active"],
  ...keyColumns(1),
  ...keyColumns(2),
  ...["cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated"],
];

function keyColumns(at: number): string[] {
  const parts = ["active", "last_rotated", "last_used_date", "last_used_region", "last_used_service"];
  return parts.map((part) => `access_key_${at}_${part}`);
}

export const reportOperations: Record<string, Operation> = {
  GenerateCredentialReport(call: Call) {
    const known = reports(call).get("self");
    if (known && ageMs(call, known) < freshMs)
      return { State: isReady(call, known) ? "COMPLETE" : "INPROGRESS" };
    reports(call).put("self", { startedAt: call.now.toISOString(), text: reportText(call) });
    return {
      State: "STARTED",
      Description: "No report exists. Starting a new report generation task",
    };
  },

  GetCredentialReport(call: Call) {
    const known = reports(call).get("self");
    if (!known)
      throw new AwsFault(
        "ReportNotPresent",
        "No report present. The credential report has not been generated.",
        410,
      );
    if (!isReady(call, known))
      throw new AwsFault("ReportInProgress", "Credential report generation is in progress.", 404);
    if (ageMs(call, known) >= freshMs)
      throw new AwsFault("ReportExpired", "The most recent credential report has expired.", 410);
    return {
      Content: Buffer.from(known.text),
      ReportFormat: "text/csv",
      GeneratedTime: known.startedAt,
    };
  },
};

function ageMs({ now }: Call, { startedAt }: Report): number {
  return now.getTime() - Date.parse(startedAt);
}

function isReady(call: Call, report: Report): boolean {
  return ageMs(call, report) >= (call.settleMs ?? 0);
}

function reportText(call: Call): string {
  const rows = [
    rootRow(call),
    ...own(call)
      .users.list()
      .map((user) => userRow(call, user)),
  ];
  return [columns, ...rows].map((row) => row.join(",")).join("\n");
}

/** 2026-11-22T05:00:00+00:00. */
function time(iso: string | undefined): string {
  return iso === undefined ? "N/A" : new Date(iso).toISOString().replace(/\.\d{3}Z$/, "+00:00");
}

function rootRow(call: Call): string[] {
  const place = { accountId: call.accountId, region: "global" };
  const root = call.world.collection<IamRootUser>(place, "iam:root").get("self");
  const born = call.world.bornAt.toISOString();
  const unused = ["false", "N/A", "N/A", "N/A", "N/A"];
  const first = root?.accessKeysPresent ? ["true", time(born), "N/A", "N/A", "N/A"] : unused;
  return [
    "<root_account>",
    `arn:${call.world.partition}:iam::${call.accountId}:root`,
    time(born),
    ...["not_supported", "no_information", "not_supported", "not_supported"],
    String(root?.mfaEnabled ?? true),
    ...first,
    ...unused,
    ...["false", "N/A", "false", "N/A"],
  ];
}

function userRow(call: Call, user: IamUser): string[] {
  const { loginProfile, accessKeys, mfaDevices } = user;
  const certificates = credentialsOf(call, user.UserName).filter(({ kind }) => kind === "certificate");
  const certificate = (at: number) => [
    String(certificates[at]?.Status === "Active"),
    time(certificates[at]?.at),
  ];
  return [
    user.UserName,
    iamArn(call, "user", user.Path, user.UserName),
    time(user.CreateDate),
    String(loginProfile !== undefined),
    loginProfile ? (user.PasswordLastUsed ? time(user.PasswordLastUsed) : "no_information") : "N/A",
    time(loginProfile?.CreateDate),
    rotation(call, loginProfile?.CreateDate),
    String(mfaDevices.length > 0),
    ...keyCells(call, accessKeys[0]),
    ...keyCells(call, accessKeys[1]),
    ...certificate(0),
    ...certificate(1),
  ];
}

function rotation({ world, accountId }: Call, changedAt: string | undefined): string {
  const place = { accountId, region: "global" };
  const days = world.collection<IamPasswordPolicy>(place, "iam:password-policy").get("self")?.MaxPasswordAge;
  if (changedAt === undefined || !days) return "N/A";
  return time(new Date(Date.parse(changedAt) + days * 86_400_000).toISOString());
}

function keyCells({ world }: Call, key: IamAccessKey | undefined): string[] {
  if (!key) return ["false", "N/A", "N/A", "N/A", "N/A"];
  const lastUsed = lastUseOf(world, key);
  return [
    String(key.Status === "Active"),
    time(key.CreateDate),
    time(lastUsed?.LastUsedDate),
    lastUsed?.Region ?? "N/A",
    lastUsed?.ServiceName ?? "N/A",
  ];
}

function reports({ world, accountId }: Call) {
  return world.collection<Report>({ accountId, region: "global" }, "iam:credential-report");
}
