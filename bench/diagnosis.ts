// How much it takes to say what the roles of 1,000 accounts may do in 17 regions: policies and outcomes of calls in
// memory, rows and groups out. Clouds with equal policies are computed once, and their own calls held against it.
import { loadCatalog } from "#catalog/load.ts";
import type { RolePolicy } from "#model/role-inspection.ts";
import { openDiagnoser } from "#onboarding/diagnosis/diagnose.ts";
import { neededActions } from "#onboarding/diagnosis/needed-actions.ts";
import { addCloud, emptySummary } from "#onboarding/diagnosis/summary.ts";
import { shownSummary } from "#onboarding/diagnosis/summary-view.ts";
import type { DiagnosisCloud, DiagnosisOrganization, ToldByCalls } from "#store/diagnosis-inputs.ts";
import type { Figure } from "./figure.ts";

const accounts = 1_000;
const regions = Array.from({ length: 17 }, (_, i) => `region-${Math.floor(i / 4)}-${(i % 4) + 1}`);
const at = new Date("2026-11-22T12:00:00Z");
const managementAccountId = "100000000000";

export default async function run(): Promise<Figure[]> {
  const catalog = await loadCatalog();
  await diagnosed(catalog, 20);
  const heapBefore = heapMib();
  const before = process.cpuUsage();
  const { rows, problems, heap } = await diagnosed(catalog, accounts);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  return [
    {
      name: "diagnosis.cpu_seconds",
      measured: seconds,
      atMost: 60,
      unit: "CPU-s",
      note: `${rows} rows of ${accounts} accounts × ${regions.length} regions, ${problems} causes`,
    },
    {
      name: "diagnosis.heap_mib",
      measured: heap - heapBefore,
      atMost: 128,
      unit: "MiB",
      note: "more than before, at its highest, garbage included",
    },
  ];
}

async function diagnosed(catalog: Awaited<ReturnType<typeof loadCatalog>>, count: number) {
  const diagnoser = await openDiagnoser({ catalog, sourceIps: null }, organization(), at);
  const told = toldBy(await neededActions(catalog));
  const summary = emptySummary();
  let rows = 0;
  let heap = 0;
  for (let i = 0; i < count; i++) {
    const cloud = cloudAt(i);
    const diagnosis = diagnoser.diagnose(cloud, told);
    if (!diagnosis) throw new Error("nothing was said of a cloud");
    addCloud(summary, cloud, diagnosis.rows, () => false);
    rows += diagnosis.rows.length;
    if (i % 100 === 0) heap = Math.max(heap, heapMib());
  }
  const { problems } = await shownSummary(catalog, summary);
  return { rows, problems: problems.length, heap };
}

/** Every call was answered but a detail here and there, as on a usual day. */
function toldBy(needed: Awaited<ReturnType<typeof neededActions>>): ToldByCalls {
  const types = new Set(needed.flatMap(({ calls }) => calls.map(({ type }) => type)));
  const scopes = [...types].flatMap((type) =>
    ["global", ...regions].map((region) => {
      return { type, region, completedAt: at, triedAt: at, gaps: [], resources: 3 };
    }),
  );
  return { scopes, denials: [] };
}

/** Four levels of four SCPs; every tenth unit denies something by an exception that does not name us. */
function organization(): DiagnosisOrganization {
  const units = new Map([["r-ab12", { id: "r-ab12", name: "Root", parentId: null, path: "/Root" }]] as [
    string,
    { id: string; name: string; parentId: string | null; path: string },
  ][]);
  const policies = [policy("p-full", full, ["r-ab12"]), ...fourAt("r-ab12", 0)];
  for (let top = 0; top < 5; top++) {
    const id = `ou-ab12-top${top}`;
    units.set(id, { id, name: id, parentId: "r-ab12", path: `/Root/${id}` });
    policies.push(policy(`p-full-${id}`, full, [id]), ...fourAt(id, top));
    for (let low = 0; low < 6; low++) {
      const below = `${id}-${low}`;
      units.set(below, { id: below, name: below, parentId: id, path: `/Root/${id}/${below}` });
      policies.push(policy(`p-full-${below}`, full, [below]), ...fourAt(below, top * 6 + low));
    }
  }
  const members = Array.from({ length: accounts }, (_, i) => accountAt(i));
  return {
    ...{ id: "org_1", awsOrganizationId: "o-bench00001", managementAccountId, rootId: "r-ab12" },
    policiesRead: { SERVICE_CONTROL_POLICY: at.toISOString(), RESOURCE_CONTROL_POLICY: at.toISOString() },
    ...{ usualRegions: regions, units, policies: [...policies, policy("p-full-accounts", full, members)] },
  };
}

const full = { Effect: "Allow", Action: "*", Resource: "*" };

function fourAt(target: string, number: number) {
  const deny = (Sid: string, more: object) => ({ Sid, Effect: "Deny", Resource: "*", ...more });
  const exception = number % 10 === 7 ? "break-glass" : "Skywarden-Harvest-*";
  return [
    deny("KeepTrails", { Action: ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"] }),
    deny("OnlyOurRegions", {
      NotAction: ["iam:*", "sts:*"],
      Condition: { StringNotLike: { "aws:RequestedRegion": "region-*" } },
    }),
    deny("KeepMembers", { Action: "organizations:LeaveOrganization" }),
    deny("OnlyOurRoles", {
      Action: ["ec2:Describe*", "kms:List*"],
      Condition: { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/${exception}` } },
    }),
  ].map((statement, i) =>
    policy(`p-${target}-${i}`, { ...statement, Sid: `${statement.Sid}${target.replace(/\W/g, "")}` }, [
      target,
    ]),
  );
}

function policy(id: string, statement: object, targets: string[]) {
  return {
    ...{
      id,
      type: "SERVICE_CONTROL_POLICY",
      name: id,
      arn: `arn:aws:organizations::1:policy/o/${id}`,
      targets,
    },
    ...{
      document: { Version: "2012-10-17", Statement: [statement] },
      hash: id,
      readAt: new Date(at.getTime() - 86_400_000),
    },
  };
}

const accountAt = (i: number) => String(200_000_000_000 + i);

function cloudAt(i: number): DiagnosisCloud {
  const accountId = accountAt(i);
  const arn = `arn:aws:iam::${accountId}:role/Skywarden-Harvest-Member-Role`;
  return {
    ...{
      id: `cld_${i}`,
      name: `account ${i}`,
      accountId,
      partition: "aws",
      organizationId: "org_1",
      regions,
    },
    ...{
      unitId: `ou-ab12-top${i % 5}-${i % 6}`,
      organizationalPath: null,
      placedAt: null,
      state: "healthy",
      stateReason: null,
      regionsOff: ["region-off-1"],
    },
    role: {
      ...{ arn, readAt: at, triedAt: at, simulation: null, unread: [] },
      reading: {
        ...{
          roleId: `AROA${accountId}`,
          template: null,
          stackName: null,
          trust: {},
          boundaryArn: null,
          boundary: null,
        },
        ...{ tags: [], policies: [securityAudit] },
      },
    },
  };
}

const securityAudit: RolePolicy = {
  ...{ kind: "aws-managed", name: "SecurityAudit", arn: "arn:aws:iam::aws:policy/SecurityAudit" },
  ...{ version: null, document: null },
};

function heapMib(): number {
  return process.memoryUsage().heapUsed / 2 ** 20;
}
