// What the roles of clouds may really do.
import { setImmediate as turn } from "node:timers/promises";
import type * as contract from "#contract/permission.ts";
import { permissionVerdicts } from "#contract/permission.ts";
import type { ResponseOf } from "#contract/route.ts";
import { type CloudDiagnosis, openDiagnoser } from "#onboarding/diagnosis/diagnose.ts";
import { noteOf } from "#onboarding/diagnosis/note.ts";
import { policiesOf } from "#onboarding/diagnosis/role-layers.ts";
import type { Row } from "#onboarding/diagnosis/rows.ts";
import { addCloud, emptySummary, problemIdOf } from "#onboarding/diagnosis/summary.ts";
import { shownSummary } from "#onboarding/diagnosis/summary-view.ts";
import { shownRow } from "#onboarding/diagnosis/view.ts";
import { layerName } from "#onboarding/diagnosis/words.ts";
import {
  type DiagnosisCloud,
  diagnosisRevision,
  readDiagnosisCloud,
  readDiagnosisClouds,
  readDiagnosisOrganization,
  readToldByCalls,
} from "#store/diagnosis-inputs.ts";
import type { TenantTx } from "#store/open.ts";
import { type PermissionAcknowledgement, readAcknowledgements } from "#store/permission-acknowledgements.ts";
import { type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { sharedAnswer } from "../shared-answer.ts";

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
  const diagnosis = diagnoser.diagnose(cloud, (await readToldByCalls(tx, [id])).get(id));
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

/** Clouds that are in memory, and read in one transaction. */
const pageOfClouds = 50;

export const summarizeOrganizationPermissions: RouteFunction<
  typeof contract.summarizeOrganizationPermissions
> = async (context) => {
  const { params, caller, request } = context;
  const revision = await inTenant(context, (tx) => diagnosisRevision(tx, params.id));
  const key = `${caller.tenantId} ${params.id} ${found(revision, "organization")}`;
  return sharedAnswer(request.server, key, () => summarized(context, params.id));
};

type OrganizationSummary = ResponseOf<typeof contract.summarizeOrganizationPermissions>;

async function summarized(context: Asked, id: string): Promise<OrganizationSummary> {
  const at = new Date();
  const organization = await inTenant(context, async (tx) =>
    found(await readDiagnosisOrganization(tx, id), "organization"),
  );
  const diagnoser = await openDiagnoser(diagnosisParts(context), organization, at);
  const summary = emptySummary();
  let clouds = 0;
  for (let after: string | null = ""; after !== null; ) {
    const from: string = after;
    const page = await inTenant(context, (tx) => readPage(tx, id, from));
    for (const cloud of page.clouds) {
      const diagnosis = diagnoser.diagnose(cloud, page.told.get(cloud.id));
      if (!diagnosis) continue;
      const isKnown = (row: Row) => page.known.has(`${cloud.id} ${placeOf(row)}`);
      addCloud(summary, nameOf(cloud), diagnosis.rows, isKnown);
      clouds += 1;
      // A cloud takes milliseconds; others who ask this process are answered between two.
      await turn();
    }
    after = page.next;
  }
  return { clouds, ...(await shownSummary(context.parts.catalog, summary)), checkedAt: at.toISOString() };
}

async function readPage(tx: TenantTx, organizationId: string, after: string) {
  const clouds = await readDiagnosisClouds(tx, organizationId, after, pageOfClouds);
  const ids = clouds.map(({ id }) => id);
  const acknowledged = await readAcknowledgements(tx, ids);
  return {
    clouds,
    told: await readToldByCalls(tx, ids),
    known: new Set(acknowledged.map((one) => `${one.cloudId} ${placeOf(one)}`)),
    next: clouds.length < pageOfClouds ? null : (ids.at(-1) ?? null),
  };
}
