// The records of a hosted zone: changed in batches that succeed or fail whole, listed in DNS order.
import type * as aws from "@aws-sdk/client-route-53";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";

export type RecordSet = Stored<aws.ResourceRecordSet> & { Name: string };

/** What every zone begins with. */
export function startingRecords(name: string, nameServers: string[]): RecordSet[] {
  const servers = nameServers.length > 0 ? nameServers : ["ns-0.awsdns-00.com"];
  return [
    {
      Name: name,
      Type: "NS",
      TTL: 172_800,
      ResourceRecords: servers.map((Value) => ({ Value: `${Value}.` })),
    },
    {
      Name: name,
      Type: "SOA",
      TTL: 900,
      ResourceRecords: [{ Value: `${servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` }],
    },
  ];
}

/** "com.example.www": names sort by their labels from the right. */
const orderOf = (name: string) => name.split(".").reverse().join(".");
const full = (name = "") => (name.endsWith(".") ? name : `${name}.`).toLowerCase();
const isSame = (one: RecordSet, other: aws.ResourceRecordSet) =>
  one.Name === full(other.Name) && one.Type === other.Type && one.SetIdentifier === other.SetIdentifier;

export function changeRecords(
  zone: string,
  old: RecordSet[],
  batch: aws.ChangeBatch | undefined,
): RecordSet[] {
  let left = old;
  const refused = (message: string) => new AwsFault("InvalidChangeBatch", `[${message}]`);
  for (const { Action, ResourceRecordSet: wish } of batch?.Changes ?? []) {
    const record = { ...wish, Name: full(wish?.Name) } as RecordSet;
    const what = `name='${record.Name}', type='${record.Type}'`;
    if (record.Name !== zone && !record.Name.endsWith(`.${zone}`))
      throw refused(`RRSet with DNS name ${record.Name} is not permitted in zone ${zone}`);
    const found = left.find((each) => isSame(each, record));
    if (Action === "CREATE" && found)
      throw refused(`Tried to create resource record set [${what}] but it already exists`);
    if (Action === "DELETE") {
      const isRequired = record.Name === zone && (record.Type === "NS" || record.Type === "SOA");
      if (isRequired)
        throw refused(`A HostedZone must contain at least one ${record.Type} record for the zone itself.`);
      const isEqual =
        found &&
        JSON.stringify([found.TTL, found.ResourceRecords, found.AliasTarget]) ===
          JSON.stringify([record.TTL, record.ResourceRecords, record.AliasTarget]);
      if (!found) throw refused(`Tried to delete resource record set [${what}] but it was not found`);
      if (!isEqual)
        throw refused(
          `Tried to delete resource record set [${what}] but the values provided do not match the current values`,
        );
      left = left.filter((each) => each !== found);
      continue;
    }
    left = [...left.filter((each) => each !== found), record];
  }
  return left.toSorted(
    (one, other) =>
      orderOf(one.Name).localeCompare(orderOf(other.Name)) ||
      String(one.Type).localeCompare(String(other.Type)),
  );
}

/** Route 53's pages begin at a name and type, not at a token. */
export function listRecords({ input }: Call<aws.ListResourceRecordSetsRequest>, all: RecordSet[]) {
  const MaxItems = Math.min(Number(input.MaxItems ?? 300), 300);
  const from = input.StartRecordName ? orderOf(full(input.StartRecordName)) : "";
  const start = all.findIndex(({ Name, Type }) => {
    const order = orderOf(Name).localeCompare(from);
    return order > 0 || (order === 0 && String(Type) >= (input.StartRecordType ?? ""));
  });
  const found = start < 0 ? [] : all.slice(start, start + MaxItems);
  const next = start < 0 ? undefined : all[start + MaxItems];
  return {
    ResourceRecordSets: found,
    IsTruncated: next !== undefined,
    MaxItems,
    ...(next ? { NextRecordName: next.Name, NextRecordType: next.Type } : {}),
  };
}
