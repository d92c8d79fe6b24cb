// What a trail records: event selectors, and the insights drawn from them.
import type { PutEventSelectorsRequest, PutInsightSelectorsRequest } from "@aws-sdk/client-cloudtrail";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { changeableTrail, needTrail, putTrail } from "./stored-trail.ts";

const standardSelectors = [
  {
    ReadWriteType: "All",
    IncludeManagementEvents: true,
    DataResources: [],
    ExcludeManagementEventSources: [],
  },
];

function getSelectors(call: Call<{ TrailName?: string }>) {
  const { trail, eventSelectors, advancedEventSelectors } = needTrail(call, call.input.TrailName);
  const TrailARN = trail.TrailARN;
  return advancedEventSelectors
    ? { TrailARN, AdvancedEventSelectors: advancedEventSelectors }
    : { TrailARN, EventSelectors: eventSelectors ?? standardSelectors };
}

function putSelectors(call: Call<PutEventSelectorsRequest>) {
  const { TrailName, EventSelectors, AdvancedEventSelectors } = call.input;
  if (!EventSelectors?.length === !AdvancedEventSelectors?.length)
    throw new AwsFault(
      "InvalidEventSelectorsException",
      "Either EventSelectors or AdvancedEventSelectors must be given",
    );
  if ((EventSelectors?.length ?? 0) > 5)
    throw new AwsFault("InvalidEventSelectorsException", "A trail has at most 5 event selectors");
  const { eventSelectors: _, advancedEventSelectors: __, ...found } = changeableTrail(call, TrailName);
  const isStandard = JSON.stringify(EventSelectors) === JSON.stringify(standardSelectors);
  putTrail(call, {
    ...found,
    trail: { ...found.trail, HasCustomEventSelectors: !isStandard },
    ...(EventSelectors?.length ? { eventSelectors: EventSelectors } : {}),
    ...(AdvancedEventSelectors?.length ? { advancedEventSelectors: AdvancedEventSelectors } : {}),
  });
  return { TrailARN: found.trail.TrailARN, EventSelectors, AdvancedEventSelectors };
}

function getInsights(call: Call<{ TrailName?: string }>) {
  const { trail, insightSelectors } = needTrail(call, call.input.TrailName);
  if (!insightSelectors?.length)
    throw new AwsFault("InsightNotEnabledException", `Trail ${trail.Name} does not have Insights enabled.`);
  return { TrailARN: trail.TrailARN, InsightSelectors: insightSelectors };
}

/** An empty list switches them off. */
function putInsights(call: Call<PutInsightSelectorsRequest>) {
  const { TrailName, InsightSelectors = [] } = call.input;
  const wrong = InsightSelectors.find(
    ({ InsightType = "" }) => !["ApiCallRateInsight", "ApiErrorRateInsight"].includes(InsightType),
  );
  if (wrong)
    throw new AwsFault("InvalidInsightSelectorsException", `Invalid insight type: ${wrong.InsightType}`);
  const found = changeableTrail(call, TrailName);
  putTrail(call, {
    ...found,
    trail: { ...found.trail, HasInsightSelectors: InsightSelectors.length > 0 },
    insightSelectors: InsightSelectors,
  });
  return { TrailARN: found.trail.TrailARN, InsightSelectors };
}

export const selectorOperations: Record<string, Operation> = {
  GetEventSelectors: getSelectors,
  PutEventSelectors: putSelectors,
  GetInsightSelectors: getInsights,
  PutInsightSelectors: putInsights,
};
