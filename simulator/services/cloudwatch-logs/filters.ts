// Metric filters and subscription filters of log groups. Patterns are kept, not run: there are no log events.
import type {
  DescribeMetricFiltersRequest,
  DescribeSubscriptionFiltersRequest,
  MetricFilter,
  PutMetricFilterRequest,
  PutSubscriptionFilterRequest,
} from "@aws-sdk/client-cloudwatch-logs";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { changeGroup, groupsIn, invalid, needGroup, notFound } from "./stored-group.ts";

function putMetricFilter(call: Call<PutMetricFilterRequest>) {
  const { logGroupName, filterName = "", filterPattern = "", metricTransformations = [] } = call.input;
  if (filterName === "" || /[:*]/.test(filterName)) throw invalid("Invalid filter name.");
  if (metricTransformations.length !== 1)
    throw invalid("Exactly one metric transformation must be specified.");
  checkPattern(filterPattern);
  return changeGroup(call, logGroupName, (group) => {
    const others = group.metricFilters.filter((filter) => filter.filterName !== filterName);
    const known = group.metricFilters.find((filter) => filter.filterName === filterName);
    if (others.length >= 100) throw new AwsFault("LimitExceededException", "Resource limit exceeded.");
    const filter = {
      filterName,
      filterPattern,
      metricTransformations: metricTransformations as NonNullable<
        (typeof group.metricFilters)[number]["metricTransformations"]
      >,
      creationTime: known?.creationTime ?? call.now.getTime(),
      logGroupName: group.name,
      applyOnTransformedLogs: call.input.applyOnTransformedLogs ?? false,
    };
    return { ...group, metricFilters: [...others, filter] };
  });
}

/** A pattern of JSON fields needs both its braces. */
function checkPattern(pattern: string): void {
  const text = pattern.trim();
  const isOpen = text.startsWith("{") !== text.endsWith("}") || text.startsWith("[") !== text.endsWith("]");
  if (isOpen && /^[{[]/.test(text)) throw invalid("Invalid metric filter pattern");
}

/** Of one group, or of all; by metric only with its namespace. */
function describeMetricFilters(call: Call<DescribeMetricFiltersRequest>) {
  const {
    logGroupName,
    filterNamePrefix = "",
    metricName,
    metricNamespace,
    limit = 50,
    nextToken,
  } = call.input;
  if ((metricName === undefined) !== (metricNamespace === undefined))
    throw invalid("Both metricName and metricNamespace must be provided.");
  const groups =
    logGroupName === undefined ? groupsIn(call.world, call).list() : [needGroup(call, logGroupName)];
  const fits = ({
    filterName = "",
    metricTransformations = [],
  }: Pick<MetricFilter, "filterName" | "metricTransformations">) =>
    filterName.startsWith(filterNamePrefix) &&
    (metricName === undefined ||
      metricTransformations.some(
        (each) => each.metricName === metricName && each.metricNamespace === metricNamespace,
      ));
  const found = groups
    .flatMap(({ metricFilters }) => metricFilters)
    .filter((filter) => fits(filter as MetricFilter));
  const { items, next } = page(found, Math.min(limit, 50), nextToken, "InvalidParameterException");
  return { metricFilters: items, nextToken: next };
}

function deleteMetricFilter(call: Call<{ logGroupName?: string; filterName?: string }>) {
  return changeGroup(call, call.input.logGroupName, (group) => {
    const metricFilters = group.metricFilters.filter(
      ({ filterName }) => filterName !== call.input.filterName,
    );
    if (metricFilters.length === group.metricFilters.length) throw notFound("metric filter");
    return { ...group, metricFilters };
  });
}

function putSubscription(call: Call<PutSubscriptionFilterRequest>) {
  const {
    logGroupName,
    filterName = "",
    filterPattern = "",
    destinationArn = "",
    roleArn,
    distribution,
  } = call.input;
  return changeGroup(call, logGroupName, (group) => {
    const others = group.subscriptionFilters.filter((filter) => filter.filterName !== filterName);
    if (others.length >= 2) throw new AwsFault("LimitExceededException", "Resource limit exceeded.");
    const filter = {
      filterName,
      logGroupName: group.name,
      filterPattern,
      destinationArn,
      ...(roleArn ? { roleArn } : {}),
      distribution: distribution ?? "ByLogStream",
      creationTime: call.now.getTime(),
    };
    return { ...group, subscriptionFilters: [...others, filter] };
  });
}

function describeSubscriptions(call: Call<DescribeSubscriptionFiltersRequest>) {
  const { logGroupName, filterNamePrefix = "", limit = 50, nextToken } = call.input;
  const found = needGroup(call, logGroupName).subscriptionFilters.filter(({ filterName = "" }) =>
    filterName.startsWith(filterNamePrefix),
  );
  const { items, next } = page(found, Math.min(limit, 50), nextToken, "InvalidParameterException");
  return { subscriptionFilters: items, nextToken: next };
}

function deleteSubscription(call: Call<{ logGroupName?: string; filterName?: string }>) {
  return changeGroup(call, call.input.logGroupName, (group) => {
    const rest = group.subscriptionFilters.filter(({ filterName }) => filterName !== call.input.filterName);
    if (rest.length === group.subscriptionFilters.length) throw notFound("subscription filter");
    return { ...group, subscriptionFilters: rest };
  });
}

export const metricFilterOperations: Record<string, Operation> = {
  PutMetricFilter: putMetricFilter,
  DescribeMetricFilters: describeMetricFilters,
  DeleteMetricFilter: deleteMetricFilter,
  PutSubscriptionFilter: putSubscription,
  DescribeSubscriptionFilters: describeSubscriptions,
  DeleteSubscriptionFilter: deleteSubscription,
};
