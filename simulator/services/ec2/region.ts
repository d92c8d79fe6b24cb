// The regions and availability zones that an account sees.
import type { DescribeAvailabilityZonesRequest, DescribeRegionsRequest } from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { regionsOf } from "../../regions.ts";
import { applyFilters, type DescribeInput } from "./describe.ts";
import { zonesOf } from "./zones.ts";

const optInStatus: Record<string, string> = {
  ENABLED_BY_DEFAULT: "opt-in-not-required",
  ENABLED: "opted-in",
  DISABLING: "opted-in",
};

function describeRegions(call: Call<DescribeRegionsRequest>) {
  const { AllRegions, RegionNames, Filters } = call.input;
  const suffix = call.world.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  const all = regionsOf(call.world, call.accountId).map(({ RegionName, RegionOptStatus }) => ({
    RegionName,
    Endpoint: `ec2.${RegionName}.${suffix}`,
    OptInStatus: optInStatus[RegionOptStatus] ?? "not-opted-in",
  }));
  const unknown = RegionNames?.find((name) => !all.some((region) => region.RegionName === name));
  if (unknown) throw new AwsFault("InvalidParameterValue", `Invalid region provided: [${unknown}]`);
  const shown = all.filter(
    (region) =>
      (AllRegions || region.OptInStatus !== "not-opted-in") &&
      (!RegionNames?.length || RegionNames.includes(region.RegionName)),
  );
  return {
    Regions: applyFilters(shown, Filters as DescribeInput["Filters"], {
      "region-name": "RegionName",
      endpoint: "Endpoint",
      "opt-in-status": "OptInStatus",
    }),
  };
}

function describeZones(call: Call<DescribeAvailabilityZonesRequest>) {
  const { ZoneNames, ZoneIds, Filters } = call.input;
  const all = zonesOf(call.region).map(({ name, id }) => ({
    ZoneName: name,
    ZoneId: id,
    RegionName: call.region,
    GroupName: `${call.region}-zg-1`,
    NetworkBorderGroup: call.region,
    ZoneType: "availability-zone",
    State: "available",
    OptInStatus: "opt-in-not-required",
    Messages: [],
  }));
  const unknown = ZoneNames?.find((name) => !all.some((zone) => zone.ZoneName === name));
  if (unknown) throw new AwsFault("InvalidParameterValue", `Invalid availability zone: [${unknown}]`);
  const shown = all.filter(
    (zone) =>
      (!ZoneNames?.length || ZoneNames.includes(zone.ZoneName)) &&
      (!ZoneIds?.length || ZoneIds.includes(zone.ZoneId)),
  );
  return {
    AvailabilityZones: applyFilters(shown, Filters as DescribeInput["Filters"], {
      "zone-name": "ZoneName",
      "zone-id": "ZoneId",
      "region-name": "RegionName",
      "zone-type": "ZoneType",
      "group-name": "GroupName",
      "opt-in-status": "OptInStatus",
      state: "State",
    }),
  };
}

export const regionOperations: Record<string, Operation> = {
  DescribeRegions: describeRegions,
  DescribeAvailabilityZones: describeZones,
};
