// What the role of a cloud may really do: the policies and the calls of one cloud in, a row for every needed action
// in every region out. Clouds whose policies are equal are computed once.
import { partitionNamed } from "#aws/partitions.ts";
import type { Catalog } from "#catalog/load.ts";
import type { Layers } from "#iam/layers.ts";
import type { DiagnosisCloud, DiagnosisOrganization, ToldByCalls } from "#store/diagnosis-inputs.ts";
import { regionActions } from "../templates/role-model.ts";
import { classOf } from "./class-of.ts";
import { type Asker, type Question, questionsOf } from "./compute.ts";
import { learntFrom } from "./learnt.ts";
import { type NeededAction, neededActions } from "./needed-actions.ts";
import { toldOf } from "./observed.ts";
import { organizationTree, roleLayers } from "./role-layers.ts";
import { type Row, type RowParts, rowOf } from "./rows.ts";

export interface DiagnosisParts {
  catalog: Pick<Catalog, "resourceTypes">;
  sourceIps: readonly string[] | null;
}

export interface CloudDiagnosis {
  rows: Row[];
  layers: Layers;
  regions: string[];
}

/** Of the clouds of one organization, or of one that is in none. */
export interface Diagnoser {
  /** null: nothing is known of a role. */
  diagnose(cloud: DiagnosisCloud, told: ToldByCalls | undefined): CloudDiagnosis | null;
}

const nothingTold: ToldByCalls = { scopes: [], denials: [] };

const regionReads = regionActions.map((action): NeededAction => {
  return { action, place: "home", calls: [], resource: "*" };
});

/** What was computed for clouds whose policies are equal. */
interface Computed {
  layers: Layers;
  byRegion: Map<string, Question[]>;
  explained: RowParts["explained"];
}

export async function openDiagnoser(
  parts: DiagnosisParts,
  organization: DiagnosisOrganization | null,
  at: Date,
): Promise<Diagnoser> {
  const needed = await neededActions(parts.catalog);
  const tree = organization
    ? { ...organizationTree(organization), awsOrganizationId: organization.awsOrganizationId }
    : null;
  const classes = new Map<string, Computed>();

  return {
    diagnose(cloud, told = nothingTold) {
      const { role } = cloud;
      const homeRegion = partitionNamed(cloud.partition)?.globalRegion;
      if (!role || homeRegion === undefined) return null;
      const layers = roleLayers(cloud, role, tree);
      const asker: Asker = { cloud, role, layers, tree, homeRegion, sourceIps: parts.sourceIps, at };
      const key = `${cloud.regions === null} ${classOf(cloud, role, layers)}`;
      const computed = classes.get(key) ?? { layers, byRegion: new Map(), explained: new Map() };
      classes.set(key, computed);
      const regions = cloud.regions ?? organization?.usualRegions ?? [];
      // Only where the regions could not be read is it of interest whether they may be.
      const asked = cloud.regions === null ? [...needed, ...regionReads] : needed;
      const questions = askedOf({ ...asker, layers: computed.layers }, computed, asked, regions);
      const rowParts: RowParts = {
        told: toldOf(told),
        role,
        policiesSince: newest(layers, cloud.placedAt),
        homeRegion,
        at,
        explained: computed.explained,
        learnt: learntFrom({ ...asker, layers: computed.layers }, needed, told.denials, role.unread),
      };
      const rows = questions.map((question) => rowOf(question, rowParts));
      return { layers, regions, rows: [...rows, ...rowsOff(cloud, needed, at)] };
    },
  };
}

function askedOf(
  asker: Asker,
  { byRegion }: Computed,
  needed: readonly NeededAction[],
  regions: readonly string[],
): Question[] {
  for (const question of questionsOf(
    asker,
    byRegion.has("global") ? needed.filter(({ place }) => place === "regional") : needed,
    regions.filter((region) => !byRegion.has(region)),
  )) {
    const known = byRegion.get(question.region);
    if (known) known.push(question);
    else byRegion.set(question.region, [question]);
  }
  return ["global", ...regions].flatMap((region) => byRegion.get(region) ?? []);
}

/** Nothing is asked in a region that the account has not enabled. */
function rowsOff({ regionsOff }: DiagnosisCloud, needed: readonly NeededAction[], at: Date): Row[] {
  const regional = needed.filter(({ place }) => place === "regional");
  return (regionsOff ?? []).flatMap((region) =>
    regional.map(({ action }): Row => ({ ...off, region, action, at })),
  );
}

const off = {
  verdict: "not-applicable",
  denial: null,
  cause: "region-off",
  evidence: "observed",
  layer: "region",
  blockers: [],
  conditionKeys: [],
  mend: null,
  isOfTemplate: false,
  observed: null,
  computed: { verdict: "unknown", denial: null },
  simulated: null,
} as const;

/** When the newest of the organization's policies was first read as it is now, or came to bind the cloud. */
function newest({ scp, rcp }: Layers, placedAt: Date | null): Date | null {
  const levels = [scp, rcp].flatMap((of) => (typeof of === "string" ? [] : of));
  const read = levels.flatMap(({ policies }) => policies.flatMap(({ readAt }) => readAt ?? []));
  const times = placedAt ? [...read, placedAt.toISOString()] : read;
  return times.length === 0 ? null : new Date(times.toSorted().at(-1) ?? 0);
}
