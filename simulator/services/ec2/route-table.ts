// Route tables: made, filled with routes, tied to subnets. The main table of a VPC cannot be deleted.
import type {
  AssociateRouteTableRequest,
  CreateRouteRequest,
  CreateRouteTableRequest,
  DeleteRouteRequest,
  DeleteRouteTableRequest,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
  Route,
  RouteTable,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { here, kept, tagsFrom } from "./describe.ts";
import { ec2Id } from "./ids.ts";
import { needSubnet } from "./subnet.ts";
import { needVpc } from "./vpc.ts";

const tables = kept<Stored<RouteTable>>({
  kind: "ec2:route-table",
  noun: "routeTable ID",
  notFound: "InvalidRouteTableID.NotFound",
});

function createRouteTable(call: Call<CreateRouteTableRequest>) {
  const vpc = needVpc(call, call.input.VpcId);
  const id = ec2Id("rtb");
  const RouteTable = tables.put(call, id, {
    RouteTableId: id,
    VpcId: vpc.VpcId,
    OwnerId: call.accountId,
    Routes: [
      {
        DestinationCidrBlock: vpc.CidrBlock,
        GatewayId: "local",
        Origin: "CreateRouteTable",
        State: "active",
      },
    ],
    Associations: [],
    PropagatingVgws: [],
    Tags: tagsFrom(call.input.TagSpecifications, "route-table"),
  });
  return { RouteTable };
}

function deleteRouteTable(call: Call<DeleteRouteTableRequest>) {
  const { RouteTableId: id, Associations } = tables.need(call, call.input.RouteTableId);
  if (Associations?.length)
    throw new AwsFault(
      "DependencyViolation",
      `The routeTable '${id}' has dependencies and cannot be deleted.`,
    );
  tables.delete(call, id);
  return {};
}

const destinations = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"] as const;
/** Where a route may lead: the member of the request, the kind of thing and its error. */
const targets = [
  ["NatGatewayId", "ec2:nat-gateway", "NatGatewayNotFound"],
  ["NetworkInterfaceId", "ec2:network-interface", "InvalidNetworkInterfaceID.NotFound"],
  ["InstanceId", "ec2:instance", "InvalidInstanceID.NotFound"],
  ["VpcPeeringConnectionId", undefined, ""],
  ["TransitGatewayId", undefined, ""],
  ["EgressOnlyInternetGatewayId", undefined, ""],
] as const;

function destinationOf(input: DeleteRouteRequest): string {
  const found = destinations.map((member) => input[member]).find((value) => value !== undefined);
  if (!found)
    throw new AwsFault("MissingParameter", "The request must contain the parameter destinationCidrBlock");
  return found;
}

const leadsTo = (route: Stored<Route>, destination: string) =>
  destinations.some((member) => route[member] === destination);

function routeFrom(call: Call<CreateRouteRequest>): Stored<Route> {
  const { input } = call;
  const route: Record<string, unknown> = { Origin: "CreateRoute", State: "active" };
  for (const member of destinations) if (input[member]) route[member] = input[member];
  const gateway = input.GatewayId ?? input.VpcEndpointId;
  if (gateway) {
    const kind = gateway.startsWith("igw-") ? "ec2:internet-gateway" : undefined;
    if (kind && !call.world.collection(here(call), kind).get(gateway))
      throw new AwsFault("InvalidGatewayID.NotFound", `The gateway ID '${gateway}' does not exist`);
    return { ...route, GatewayId: gateway };
  }
  for (const [member, kind, notFound] of targets) {
    const id = input[member];
    if (!id) continue;
    if (kind && !call.world.collection(here(call), kind).get(id))
      throw new AwsFault(notFound, `The ID '${id}' does not exist`);
    return { ...route, [member]: id };
  }
  throw new AwsFault("MissingParameter", "The request must contain the parameter gatewayId");
}

function createRoute(call: Call<CreateRouteRequest>) {
  const table = tables.need(call, call.input.RouteTableId);
  const destination = destinationOf(call.input);
  if (table.Routes?.some((route) => leadsTo(route, destination)))
    throw new AwsFault("RouteAlreadyExists", `The route identified by ${destination} already exists.`);
  tables.put(call, table.RouteTableId, { ...table, Routes: [...(table.Routes ?? []), routeFrom(call)] });
  return { Return: true };
}

function changeRoutes(call: Call<DeleteRouteRequest>, replacement?: Stored<Route>) {
  const table = tables.need(call, call.input.RouteTableId);
  const destination = destinationOf(call.input);
  const found = table.Routes?.find((route) => leadsTo(route, destination));
  if (!found)
    throw new AwsFault(
      "InvalidRoute.NotFound",
      `no route with destination-cidr-block ${destination} in route table ${table.RouteTableId}`,
    );
  if (found.GatewayId === "local")
    throw new AwsFault(
      "InvalidParameterValue",
      `cannot remove local route ${destination} in route table ${table.RouteTableId}`,
    );
  const rest = (table.Routes ?? []).filter((route) => route !== found);
  tables.put(call, table.RouteTableId, { ...table, Routes: replacement ? [...rest, replacement] : rest });
  return {};
}

function associate(call: Call<AssociateRouteTableRequest>) {
  const table = tables.need(call, call.input.RouteTableId);
  const { SubnetId } = needSubnet(call, call.input.SubnetId);
  const other = tables
    .list(call)
    .find((each) => each.Associations?.some((association) => association.SubnetId === SubnetId));
  if (other)
    throw new AwsFault(
      "Resource.AlreadyAssociated",
      `the specified association for route table ${other.RouteTableId} conflicts with an existing association`,
    );
  return { AssociationId: tie(call, table, SubnetId), AssociationState: { State: "associated" } };
}

function tie(call: Call, table: Stored<RouteTable>, SubnetId: string | undefined, isMain = false): string {
  const RouteTableAssociationId = ec2Id("rtbassoc");
  const association = {
    Main: isMain,
    RouteTableAssociationId,
    RouteTableId: table.RouteTableId,
    ...(SubnetId ? { SubnetId } : {}),
    AssociationState: { State: "associated" as const },
  };
  tables.put(call, table.RouteTableId, {
    ...table,
    Associations: [...(table.Associations ?? []), association],
  });
  return RouteTableAssociationId;
}

function untie(call: Call, id: string | undefined, canBeMain: boolean) {
  const table = tables
    .list(call)
    .find((each) => each.Associations?.some((one) => one.RouteTableAssociationId === id));
  const association = table?.Associations?.find((one) => one.RouteTableAssociationId === id);
  if (!table || !association)
    throw new AwsFault("InvalidAssociationID.NotFound", `The association ID '${id}' does not exist`);
  if (association.Main && !canBeMain)
    throw new AwsFault("InvalidParameterValue", `cannot disassociate the main route table association ${id}`);
  const left = table.Associations?.filter((one) => one !== association) ?? [];
  tables.put(call, table.RouteTableId, { ...table, Associations: left });
  return association;
}

export const routeTableOperations: Record<string, Operation> = {
  CreateRouteTable: createRouteTable,
  DeleteRouteTable: deleteRouteTable,
  CreateRoute: createRoute,
  ReplaceRoute: (call: Call<CreateRouteRequest>) => changeRoutes(call, routeFrom(call)),
  DeleteRoute: (call: Call<DeleteRouteRequest>) => changeRoutes(call),
  AssociateRouteTable: associate,
  DisassociateRouteTable: (call: Call<DisassociateRouteTableRequest>) => {
    untie(call, call.input.AssociationId, false);
    return {};
  },
  ReplaceRouteTableAssociation: (call: Call<ReplaceRouteTableAssociationRequest>) => {
    tables.need(call, call.input.RouteTableId);
    const { SubnetId, Main } = untie(call, call.input.AssociationId, true);
    const table = tables.need(call, call.input.RouteTableId);
    return { NewAssociationId: tie(call, table, SubnetId, Main), AssociationState: { State: "associated" } };
  },
};
