// Metrics that were put by API: listed and read back. Points live in memory, the newest thousand of each metric.
import type {
  Dimension,
  GetMetricDataInput,
  GetMetricStatisticsInput,
  ListMetricsInput,
  MetricDatum,
  PutMetricDataInput,
} from "@aws-sdk/client-cloudwatch";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import type { World } from "../../world.ts";

interface Point {
  at: number;
  value: number;
  unit: string;
}

interface Metric {
  Namespace: string;
  MetricName: string;
  Dimensions: Dimension[];
  points: Point[];
}

const kept = new WeakMap<World, Map<string, Map<string, Metric>>>();
const keptPoints = 1_000;
const keptMetrics = 5_000;

function metricsIn({ world, accountId, region }: Call): Map<string, Metric> {
  let ofWorld = kept.get(world);
  if (!ofWorld) {
    ofWorld = new Map();
    kept.set(world, ofWorld);
  }
  const place = `${accountId}|${region}`;
  let found = ofWorld.get(place);
  if (!found) {
    found = new Map();
    ofWorld.set(place, found);
  }
  return found;
}

const keyOf = (Namespace = "", MetricName = "", Dimensions: Dimension[] = []) =>
  JSON.stringify([Namespace, MetricName, Dimensions.map(({ Name, Value }) => [Name, Value]).sort()]);

function putData(call: Call<PutMetricDataInput>) {
  const { Namespace = "", MetricData = [] } = call.input;
  if (Namespace.startsWith("AWS/"))
    throw new AwsFault("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.");
  const metrics = metricsIn(call);
  for (const datum of MetricData) {
    const { MetricName = "", Dimensions = [] } = datum;
    const key = keyOf(Namespace, MetricName, Dimensions);
    const metric = metrics.get(key) ?? { Namespace, MetricName, Dimensions, points: [] };
    if (!metrics.has(key) && metrics.size >= keptMetrics)
      throw new AwsFault("LimitExceeded", "The quota for this resource has been reached.");
    metric.points.push(...pointsOf(datum, call.now));
    metric.points = metric.points.slice(-keptPoints);
    metrics.set(key, metric);
  }
  return {};
}

function pointsOf({ Value, Values, Timestamp, Unit = "None" }: MetricDatum, now: Date): Point[] {
  const at = (Timestamp ?? now).getTime();
  const values = Value === undefined ? (Values ?? []) : [Value];
  return values.map((value) => ({ at, value, unit: Unit }));
}

function listMetrics(call: Call<ListMetricsInput>) {
  const { Namespace, MetricName, Dimensions = [], NextToken } = call.input;
  const found = [...metricsIn(call).values()]
    .filter(
      (metric) =>
        (Namespace ?? metric.Namespace) === metric.Namespace &&
        (MetricName ?? metric.MetricName) === metric.MetricName &&
        Dimensions.every(({ Name, Value }) =>
          metric.Dimensions.some((own) => own.Name === Name && (Value ?? own.Value) === own.Value),
        ),
    )
    .map(({ points: _, ...metric }) => metric);
  const { items, next } = page(found, 500, NextToken, "InvalidParameterValue");
  return { Metrics: items, NextToken: next };
}

const statistics: Record<string, (values: number[]) => number> = {
  SampleCount: (values) => values.length,
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
};

/** The points of a metric in periods, oldest first. */
function periodsOf(
  metric: Metric | undefined,
  from: Date,
  until: Date,
  periodSeconds: number,
): [number, Point[]][] {
  const periods = Map.groupBy(
    (metric?.points ?? []).filter(({ at }) => at >= from.getTime() && at < until.getTime()),
    ({ at }) => Math.floor(at / 1000 / periodSeconds) * periodSeconds,
  );
  return [...periods].sort(([one], [other]) => one - other);
}

function getStatistics(call: Call<GetMetricStatisticsInput>) {
  const { Namespace, MetricName, Dimensions, StartTime, EndTime, Period = 60, Statistics = [] } = call.input;
  const metric = metricsIn(call).get(keyOf(Namespace, MetricName, Dimensions));
  const Datapoints = periodsOf(metric, StartTime ?? call.now, EndTime ?? call.now, Period).map(
    ([second, points]) => ({
      Timestamp: new Date(second * 1000),
      Unit: points[0]?.unit,
      ...Object.fromEntries(
        Statistics.map((name) => [name, statistics[name]?.(points.map(({ value }) => value))]),
      ),
    }),
  );
  return { Label: MetricName, Datapoints };
}

/** Expressions are not evaluated: they answer no values. */
function getData(call: Call<GetMetricDataInput>) {
  const { MetricDataQueries = [], StartTime = call.now, EndTime = call.now, ScanBy } = call.input;
  const MetricDataResults = MetricDataQueries.filter(({ ReturnData = true }) => ReturnData).map(
    ({ Id, Label, MetricStat }) => {
      const { Namespace, MetricName, Dimensions } = MetricStat?.Metric ?? {};
      const metric = MetricStat && metricsIn(call).get(keyOf(Namespace, MetricName, Dimensions));
      const periods = periodsOf(metric, StartTime, EndTime, MetricStat?.Period ?? 60);
      if (ScanBy !== "TimestampAscending") periods.reverse();
      return {
        Id,
        Label: Label ?? MetricName ?? Id,
        Timestamps: periods.map(([second]) => new Date(second * 1000)),
        Values: periods.map(
          ([, points]) => statistics[MetricStat?.Stat ?? ""]?.(points.map(({ value }) => value)) ?? 0,
        ),
        StatusCode: "Complete",
      };
    },
  );
  return { MetricDataResults, Messages: [] };
}

export const metricOperations: Record<string, Operation> = {
  PutMetricData: putData,
  ListMetrics: listMetrics,
  GetMetricStatistics: getStatistics,
  GetMetricData: getData,
};
