// A list of EC2 permissions (IpPermissions form) opens one of the ports, or every port, to the
// internet. Not a list: false.
//  - Protocol "-1" opens every port. "tcp", "6", "udp", "17" open FromPort–ToPort, where an end
//    that is -1 or no number is open. Other protocols have no ports.
//  - "all" asks for one permission that opens every port: protocol "-1", or 0–65535.
//  - "internet" is a source with prefix length 0 (0.0.0.0/0, ::/0). Blocks that together make the
//    internet (0.0.0.0/1 and 128.0.0.0/1) are not added up; prefix lists and groups do not count.
import Type from "typebox";
import { alternatives, limits, path } from "../fields.ts";
import { defineLeaf } from "../operator.ts";

const port = Type.Integer({ minimum: 0, maximum: 65_535 });

export const portsOpen = defineLeaf<"portsOpen">({
  op: "portsOpen",
  fields: {
    path,
    ports: Type.Union([Type.Literal("all"), Type.Array(port, { minItems: 1, maxItems: limits.listLength })]),
    from: alternatives(["internet", "internet-ipv4", "internet-ipv6"]),
  },
  path: (node) => node.path,
  js: (value, node) =>
    `runtime.opensPorts(${value}, ${JSON.stringify(node.ports)}, ${node.from !== "internet-ipv6"}, ${node.from !== "internet-ipv4"})`,
  sql(value, node, scope) {
    const p = scope.fresh("p");
    const end = (field: string, open: number) =>
      `(case when jsonb_typeof(${p}.value -> '${field}') = 'number' and ${p}.value -> '${field}' <> '-1'
        then (${p}.value -> '${field}')::numeric else ${open} end)`;
    const covers =
      node.ports === "all"
        ? `${end("FromPort", 0)} <= 0 and ${end("ToPort", 65_535)} >= 65535`
        : `exists (select 1 from unnest(${scope.value(node.ports, "int[]")}) port
            where port between ${end("FromPort", 0)} and ${end("ToPort", 65_535)})`;
    const ranges = [
      ...(node.from === "internet-ipv6"
        ? []
        : [openRange(scope.fresh("s"), `${p}.value`, "IpRanges", "CidrIp")]),
      ...(node.from === "internet-ipv4"
        ? []
        : [openRange(scope.fresh("s"), `${p}.value`, "Ipv6Ranges", "CidrIpv6")]),
    ];
    return `exists (select 1 from jsonb_array_elements(
        case when jsonb_typeof(${value}) = 'array' then ${value} else '[]' end) ${p}
      where case when ${p}.value -> 'IpProtocol' = '"-1"' then true
          when ${p}.value -> 'IpProtocol' in ('"tcp"', '"6"', '"udp"', '"17"') then ${covers}
          else false end
        and (${ranges.join(" or ")}))`;
  },
});

function openRange(alias: string, permission: string, list: string, field: string): string {
  const ranges = `${permission} -> '${list}'`;
  return `exists (select 1 from jsonb_array_elements(
      case when jsonb_typeof(${ranges}) = 'array' then ${ranges} else '[]' end) ${alias}
    where jsonb_typeof(${alias}.value -> '${field}') = 'string' and ${alias}.value ->> '${field}' like '%/0')`;
}
