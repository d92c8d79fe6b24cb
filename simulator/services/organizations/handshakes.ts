// Invitations of accounts: sent, accepted, declined, canceled, expired.
import { chance, organizationId } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { isAccountKnown, type OrganizationView, organizationOf, ownerOf } from "../../organization.ts";
import { page } from "../../paging.ts";
import type { Tag } from "../../shapes.ts";
import { followAccount } from "../cloudformation/auto-deploy.ts";
import { administered, managed, type Paged, pageSize } from "./membership.ts";
import { asRecord } from "./units.ts";

const dayMs = 86_400_000;
const openDays = 15;

type HandshakeState = "REQUESTED" | "OPEN" | "CANCELED" | "ACCEPTED" | "DECLINED" | "EXPIRED";

/** Value of "organizations:handshake" (management, global) under its id. */
interface Handshake {
  Id: string;
  accountId: string;
  /** As the invitation named the account. */
  target: { Id: string; Type: "ACCOUNT" | "EMAIL" };
  State: HandshakeState;
  RequestedTimestamp: string;
  ExpirationTimestamp: string;
  notes?: string;
  tags: Record<string, string>;
}

interface OfHandshake {
  HandshakeId: string;
}

export const handshakeOperations: Record<string, Operation> = {
  InviteAccountToOrganization(call: Call<{ Target: Handshake["target"]; Notes?: string; Tags?: Tag[] }>) {
    const view = managed(call);
    const { Target, Notes, Tags = [] } = call.input;
    const accountId = invited(call, Target);
    if (view.accounts.get(accountId)) {
      throw constraint(
        "ALREADY_IN_AN_ORGANIZATION",
        "The handshake request is invalid because the invited account is already a member of an organization.",
      );
    }
    if (
      handshakes(call)
        .list()
        .some((each) => each.accountId === accountId && stateOf(each, call) === "OPEN")
    ) {
      throw new AwsFault(
        "DuplicateHandshakeException",
        "A handshake with the same action and target already exists.",
      );
    }
    const handshake: Handshake = {
      Id: organizationId("h-", 16, chance),
      accountId,
      target: Target,
      State: "OPEN",
      RequestedTimestamp: call.now.toISOString(),
      ExpirationTimestamp: new Date(call.now.getTime() + openDays * dayMs).toISOString(),
      ...(Notes === undefined ? {} : { notes: Notes }),
      tags: asRecord(Tags),
    };
    handshakes(call).put(handshake.Id, handshake);
    return answer(call, view, handshake);
  },

  AcceptHandshake(call: Call<OfHandshake>) {
    const handshake = received(call);
    const view = needOrganization(call);
    if (view.accounts.get(call.accountId))
      throw constraint("ALREADY_IN_AN_ORGANIZATION", "The account is already a member of an organization.");
    const accepted = settle(call, handshake, "ACCEPTED");
    const { name, email } = ownerOf(call.world, call.accountId);
    view.accounts.put(call.accountId, {
      Id: call.accountId,
      Name: name,
      Email: email,
      State: "ACTIVE",
      JoinedMethod: "INVITED",
      JoinedTimestamp: call.now.toISOString(),
      parentId: view.self.rootId,
      tags: handshake.tags,
    });
    followAccount(call, call.accountId);
    return answer(call, view, accepted);
  },

  DeclineHandshake(call: Call<OfHandshake>) {
    const declined = settle(call, received(call), "DECLINED");
    return answer(call, needOrganization(call), declined);
  },

  CancelHandshake(call: Call<OfHandshake>) {
    const view = managed(call);
    return answer(call, view, settle(call, needHandshake(call), "CANCELED"));
  },

  DescribeHandshake(call: Call<OfHandshake>) {
    const handshake = needHandshake(call);
    const view = needOrganization(call);
    if (call.accountId !== handshake.accountId) administered(call);
    return answer(call, view, handshake);
  },

  ListHandshakesForAccount(call: Call<Paged>) {
    const own = handshakes(call)
      .list()
      .filter(({ accountId }) => accountId === call.accountId);
    if (own.length > 0) return handshakePage(call, needOrganization(call), own);
    return { Handshakes: page([], pageSize, call.input.NextToken, "InvalidInputException").items };
  },

  ListHandshakesForOrganization(call: Call<Paged>) {
    return handshakePage(call, administered(call), handshakes(call).list());
  },
};

function handshakePage(call: Call<Paged>, view: OrganizationView, all: Handshake[]) {
  const { NextToken, MaxResults = pageSize } = call.input;
  const { items, next } = page(all, Math.min(MaxResults, pageSize), NextToken, "InvalidInputException");
  return { Handshakes: items.map((each) => answer(call, view, each).Handshake), NextToken: next };
}

function invited({ world }: Call, { Id, Type }: Handshake["target"]): string {
  const id =
    Type === "ACCOUNT"
      ? Id
      : [...world.accounts.values()].find(({ email }) => email.toLowerCase() === Id.toLowerCase())?.id;
  if (id !== undefined && isAccountKnown(world, id)) return id;
  throw new AwsFault("InvalidInputException", "You specified an account that doesn't exist.", 400, {
    details: { Reason: "INVALID_PARTY_TYPE_TARGET" },
  });
}

/** The invitation, for the account that it invites. */
function received(call: Call<OfHandshake>): Handshake {
  const handshake = needHandshake(call);
  if (handshake.accountId !== call.accountId)
    throw new AwsFault("AccessDeniedException", "You don't have permissions to access this resource.");
  return handshake;
}

function needHandshake(call: Call<OfHandshake>): Handshake {
  const found = handshakes(call).get(call.input.HandshakeId);
  if (!found)
    throw new AwsFault(
      "HandshakeNotFoundException",
      "We can't find a handshake with the HandshakeId that you specified.",
    );
  return found;
}

function settle(call: Call, handshake: Handshake, State: HandshakeState): Handshake {
  const now = stateOf(handshake, call);
  if (now === State) {
    throw new AwsFault(
      "HandshakeAlreadyInStateException",
      "The specified handshake is already in the requested state.",
    );
  }
  if (now !== "OPEN") {
    throw new AwsFault(
      "InvalidHandshakeTransitionException",
      "You can't perform the operation on the handshake in its current state.",
    );
  }
  const settled = { ...handshake, State };
  handshakes(call).put(settled.Id, settled);
  return settled;
}

function stateOf({ State, ExpirationTimestamp }: Handshake, { now }: Call): HandshakeState {
  return State === "OPEN" && Date.parse(ExpirationTimestamp) <= now.getTime() ? "EXPIRED" : State;
}

function answer(call: Call, { self }: OrganizationView, handshake: Handshake) {
  const { Id, target, RequestedTimestamp, ExpirationTimestamp, notes } = handshake;
  const owner = ownerOf(call.world, self.managementAccountId);
  return {
    Handshake: {
      Id,
      Arn: `arn:${call.world.partition}:organizations::${self.managementAccountId}:handshake/${self.Id}/invite/${Id}`,
      Parties: [{ Id: self.Id, Type: "ORGANIZATION" }, target],
      State: stateOf(handshake, call),
      RequestedTimestamp,
      ExpirationTimestamp,
      Action: "INVITE",
      Resources: [
        {
          Type: "ORGANIZATION",
          Value: self.Id,
          Resources: [
            { Type: "MASTER_EMAIL", Value: self.managementAccountEmail },
            { Type: "MASTER_NAME", Value: owner.name },
            { Type: "ORGANIZATION_FEATURE_SET", Value: self.FeatureSet },
          ],
        },
        { Type: target.Type, Value: target.Id },
        ...(notes === undefined ? [] : [{ Type: "NOTES", Value: notes }]),
      ],
    },
  };
}

function needOrganization({ world }: Call): OrganizationView {
  const view = organizationOf(world);
  if (!view) throw new AwsFault("HandshakeNotFoundException", "The organization is gone.");
  return view;
}

function constraint(Reason: string, message: string): AwsFault {
  return new AwsFault("HandshakeConstraintViolationException", message, 409, { details: { Reason } });
}

function handshakes({ world }: Call) {
  const place = { accountId: world.managementAccountId, region: "global" };
  return world.collection<Handshake>(place, "organizations:handshake");
}
