// Hosted zones as the simulator keeps them: made, listed, deleted when empty.
import type * as aws from "@aws-sdk/client-route-53";
import { chance, draw } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import { page } from "../../paging.ts";
import type { Stored } from "../../stored.ts";
import { everywhere, records, type Tagged } from "../records.ts";
import { type RecordSet, startingRecords } from "./record-set.ts";

/** Value of "route53:hosted-zone" under its id without prefix. */
export interface StoredZone extends Tagged, Omit<Stored<aws.HostedZone>, "Id"> {
  Id: string;
  Name: string;
  vpcs: Stored<aws.VPC>[];
  nameServers: string[];
  recordSets: RecordSet[];
  logging?: { Id: string; CloudWatchLogsLogGroupArn: string };
  isSigned?: boolean;
}

export const zones = records<StoredZone>(
  "route53:hosted-zone",
  "Id",
  (id) => new AwsFault("NoSuchHostedZone", `No hosted zone found with ID: ${id}`, 404),
  everywhere,
);
export const idFrom = (given = "") => given.replace(/^\/?hostedzone\//, "");
export const needed = (call: Call<{ Id?: string | undefined; HostedZoneId?: string | undefined }>) =>
  zones.need(call, idFrom(call.input.Id ?? call.input.HostedZoneId));
export const shown = (zone: StoredZone) => {
  const { CallerReference, Name, Config } = zone;
  return {
    Id: `/hostedzone/${zone.Id}`,
    Name,
    CallerReference,
    Config,
    ResourceRecordSetCount: zone.recordSets.length,
  };
};
/** Value of "route53:change" under its id. Changes are in sync at once. */
interface StoredChange {
  Id: string;
  Status: "INSYNC";
  SubmittedAt: string;
}

const changes = records<StoredChange>(
  "route53:change",
  "Id",
  (id) => new AwsFault("NoSuchChange", `Could not find resource with ID: ${id}`, 404),
  everywhere,
);

export const change = (call: Call) =>
  changes.put(call, {
    Id: `/change/C${draw("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 20, chance)}`,
    Status: "INSYNC",
    SubmittedAt: call.now.toISOString(),
  });

/** Also without the prefix, as clients send it. */
export const neededChange = (call: Call<aws.GetChangeRequest>) =>
  changes.need(call, `/change/${(call.input.Id ?? "").replace(/^\/?change\//, "")}`);

export function createZone(call: Call<aws.CreateHostedZoneRequest>) {
  const { Name = "", CallerReference, HostedZoneConfig, VPC } = call.input;
  if (!/^([\w*-]{1,63}\.)+[\w-]{1,63}\.?$/.test(Name))
    throw new AwsFault("InvalidDomainName", `The domain name ${Name} is not valid`);
  if (zones.list(call).some((each) => each.CallerReference === CallerReference))
    throw new AwsFault(
      "HostedZoneAlreadyExists",
      "A hosted zone has already been created with the specified caller reference.",
      409,
    );
  const name = Name.endsWith(".") ? Name : `${Name}.`;
  const isPrivate = HostedZoneConfig?.PrivateZone === true || VPC !== undefined;
  const nameServers = isPrivate
    ? []
    : [0, 1, 2, 3].map(
        (at) =>
          `ns-${at * 512 + chance.int(512)}.awsdns-${10 + chance.int(50)}.${["com", "net", "org", "co.uk"][at]}`,
      );
  const zone = zones.put(call, {
    Id: `Z${draw("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 20, chance)}`,
    Name: name,
    CallerReference,
    Config: { Comment: HostedZoneConfig?.Comment ?? "", PrivateZone: isPrivate },
    vpcs: VPC ? [VPC] : [],
    nameServers,
    recordSets: startingRecords(name, nameServers),
    tagMap: {},
  });
  return {
    HostedZone: shown(zone),
    ChangeInfo: change(call),
    ...(isPrivate ? { VPC } : { DelegationSet: { NameServers: nameServers } }),
    Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.Id}`,
  };
}

export function deleteZone(call: Call<aws.DeleteHostedZoneRequest>) {
  const zone = needed(call);
  if (zone.recordSets.some((each) => each.Name !== zone.Name || (each.Type !== "NS" && each.Type !== "SOA")))
    throw new AwsFault(
      "HostedZoneNotEmpty",
      "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
    );
  if (zone.isSigned)
    throw new AwsFault("InvalidInput", "DNSSEC signing must be disabled before the hosted zone is deleted.");
  zones.remove(call, zone);
  return { ChangeInfo: change(call) };
}

export function listZones(call: Call<aws.ListHostedZonesRequest>) {
  const MaxItems = Math.min(Number(call.input.MaxItems ?? 100), 100);
  const { items, next } = page(zones.list(call), MaxItems, call.input.Marker, "InvalidInput");
  return {
    HostedZones: items.map(shown),
    Marker: call.input.Marker,
    MaxItems,
    IsTruncated: next !== undefined,
    ...(next ? { NextMarker: next } : {}),
  };
}
