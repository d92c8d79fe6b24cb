// What the roles of clouds may really do.
import type * as contract from "#contract/permission.ts";
import { permissionVerdicts } from "#contract/permission.ts";
import { type CloudDiagnosis, type Diagnoser, openDiagnoser } from "#onboarding/diagnosis/diagnose.ts";
import { noteOf } from "#onboarding/diagnosis/note.ts";
import { policiesOf } from "#onboarding/diagnosis/role-layers.ts";
import type { Row } from "#onboarding/diagnosis/rows.ts";
import { addCloud, emptySummary, problemIdOf, type Summary } from "#onboarding/diagnosis/summary.ts";
import { shownSummary } from "#onboarding/diagnosis/summary-view.ts";
import { shownRow } from "#onboarding/diagnosis/view.ts";
import { layerName } from "#onboarding/diagnosis/words.ts";
import {
  type DiagnosisCloud,
  readDiagnosisCloud,
  readDiagnosisClouds,
  readDiagnosisOrganization,
  readToldByCalls,
} from "#store/diagnosis-inputs.ts";
import type { TenantTx } from "#store/open.ts";
import { type PermissionAcknowledgement, readAcknowledgements } from "#store/permission-acknowledgements.ts";
import { type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { readCursor, writeCursor } from "../cursor.ts";

type Asked = Pick<Context, "parts" | "caller">;

/** What a diagnosis is made with. */
function diagnosisParts({ parts: { catalog, settings } }: Pick<Asked, "parts">) {
  return { catalog, sourceIps: settings.sourceIps ?? null };
}

export async function diagnosed(context: Asked, tx: TenantTx, id: string, at: Date) {
  const cloud = found(await readDiagnosisCloud(tx, id), "cloud");
  const organization =
    cloud.organizationId === null ? null : await readDiagnosisOrganization(tx, cloud.organizationId);
  const diagnoser = await openDiagnoser(diagnosisParts(context), organization, at);
  const diagnosis = diagnoser.diagnose(cloud, await readToldByCalls(tx, id));
  return { cloud, diagnosis, acknowledgements: await readAcknowledgements(tx, [id]) };
}

const placeOf = ({ region, action }: { region: string; action: string }) =>
  `${region} ${action.toLowerCase()}`;

export const listPermissions: RouteFunction<typeof contract.listPermissions> = async (context) => {
  const { params, query, parts } = context;
  const read = await inTenant(context, (tx) => diagnosed(context, tx, params.id, new Date()));
  const known = new Map(read.acknowledgements.map((one) => [placeOf(one), one]));
  const rows = (read.diagnosis?.rows ?? [])
    .filter(
      (row) =>
        (query.region === undefined || row.region === query.region) &&
        (query.action === undefined || row.action.toLowerCase() === query.action.toLowerCase()) &&
        (query.verdict === undefined || row.verdict === query.verdict) &&
        (query.problem === undefined || problemIdOf(row) === query.problem),
    )
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const after = readCursor(query.cursor, ["text"])?.[0] ?? null;
  const open = after === null ? rows : rows.filter((row) => orderOf(row) > after);
  const page = open.slice(0, query.limit ?? 100);
  const last = page.at(-1);
  return {
    items: await Promise.all(
      page.map(async (row) => ({
        ...(await shownRow(parts.catalog, row)),
        acknowledgement: shownAcknowledgement(known.get(placeOf(row))),
      })),
    ),
    nextCursor: last && open.length > page.length ? writeCursor([orderOf(last)]) : null,
    total: rows.length,
  };
};

/** What may not comes first. */
function orderOf({ verdict, region, action }: Row): string {
  return `${permissionVerdicts.indexOf(verdict)} ${action} ${region}`;
}

export function shownAcknowledgement(known: PermissionAcknowledgement | undefined) {
  if (!known) return null;
  const { note, until, by, at } = known;
  return { note, until: until?.toISOString() ?? null, by, at: at.toISOString() };
}

export const summarizePermissions: RouteFunction<typeof contract.summarizePermissions> = async (context) => {
  const at = new Date();
  const read = await inTenant(context, (tx) => diagnosed(context, tx, context.params.id, at));
  const { cloud, diagnosis } = read;
  const known = new Set(read.acknowledgements.map(placeOf));
  const summary = emptySummary();
  if (diagnosis) addCloud(summary, nameOf(cloud), diagnosis.rows, (row) => known.has(placeOf(row)));
  return {
    roleArn: cloud.role?.arn ?? null,
    note: noteOf(cloud),
    ...(await shownSummary(context.parts.catalog, summary)),
    computedFrom: diagnosis ? sourcesOf(diagnosis, cloud) : [],
    checkedAt: at.toISOString(),
    regions: diagnosis ? ["global", ...diagnosis.regions] : [],
    regionsOff: cloud.regionsOff ?? [],
    matrix: diagnosis ? matrixOf(diagnosis) : [],
  };
};

function nameOf({ id, name, accountId }: DiagnosisCloud) {
  return { id, name, accountId };
}

function sourcesOf({ layers }: CloudDiagnosis, { role }: DiagnosisCloud) {
  const versions = new Map(
    [...(role?.reading?.policies ?? []), role?.reading?.boundary ?? null].flatMap((policy) =>
      policy?.arn ? [[policy.arn, policy.version] as const] : [],
    ),
  );
  return policiesOf(layers).map(({ layer, policy: { name, arn, hash, attachedTo, readAt } }) => ({
    layer: layerName(layer),
    ...{ name, arn, hash, attachedTo, readAt },
    version: arn === null ? null : (versions.get(arn) ?? null),
  }));
}

function matrixOf({ rows, regions }: CloudDiagnosis) {
  const byAction = Map.groupBy(rows, ({ action }) => action);
  return [...byAction]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([action, cells]) => {
      const verdicts = new Map(cells.map(({ region, verdict }) => [region, verdict]));
      return { action, verdicts: ["global", ...regions].map((region) => verdicts.get(region) ?? null) };
    });
}

/** Clouds that are in memory, and in one transaction, at once. */
const pageOfClouds = 100;

export const summarizeOrganizationPermissions: RouteFunction<
  typeof contract.summarizeOrganizationPermissions
> = async (context) => {
  const at = new Date();
  const { id } = context.params;
  const organization = await inTenant(context, async (tx) =>
    found(await readDiagnosisOrganization(tx, id), "organization"),
  );
  const diagnoser = await openDiagnoser(diagnosisParts(context), organization, at);
  const summary = emptySummary();
  let clouds = 0;
  for (let after: string | null = ""; after !== null; ) {
    const from: string = after;
    const page = await inTenant(context, (tx) => addPage(tx, summary, diagnoser, id, from));
    clouds += page.diagnosed;
    after = page.next;
  }
  return { clouds, ...(await shownSummary(context.parts.catalog, summary)), checkedAt: at.toISOString() };
};

async function addPage(
  tx: TenantTx,
  summary: Summary,
  diagnoser: Diagnoser,
  organizationId: string,
  after: string,
): Promise<{ diagnosed: number; next: string | null }> {
  const page = await readDiagnosisClouds(tx, organizationId, after, pageOfClouds);
  const acknowledged = await readAcknowledgements(
    tx,
    page.map(({ id }) => id),
  );
  const known = new Set(acknowledged.map((one) => `${one.cloudId} ${placeOf(one)}`));
  let diagnosed = 0;
  for (const cloud of page) {
    const diagnosis = diagnoser.diagnose(cloud, await readToldByCalls(tx, cloud.id));
    if (!diagnosis) continue;
    addCloud(summary, nameOf(cloud), diagnosis.rows, (row) => known.has(`${cloud.id} ${placeOf(row)}`));
    diagnosed += 1;
  }
  return { diagnosed, next: page.length < pageOfClouds ? null : (page.at(-1)?.id ?? null) };
}
