// What became of the operations of a stack set, account by account.
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { stopPaced } from "./paced.ts";
import {
  type CallAs,
  needSet,
  operationAnswer,
  type SetOperation,
  type StackSet,
  setOperationsOf,
} from "./stack-set.ts";

interface OfSet {
  StackSetName: string;
  CallAs?: CallAs;
}

interface Paged {
  NextToken?: string;
  MaxResults?: number;
}

interface OfOperation extends OfSet {
  OperationId: string;
}

export const setOperations: Record<string, Operation> = {
  DescribeStackSetOperation(call: Call<OfOperation>) {
    const { set, operation } = needOperation(call);
    return { StackSetOperation: operationAnswer(call, operation, set) };
  },

  ListStackSetOperations(call: Call<OfSet & Paged>) {
    const set = needSet(call, call.input.StackSetName);
    const all = setOperationsOf(call)
      .list()
      .filter(({ setId }) => setId === set.StackSetId)
      .reverse();
    const { items, next } = page(all, call.input.MaxResults ?? 100, call.input.NextToken, "ValidationError");
    const Summaries = items.map((operation) => {
      const {
        OperationId,
        Action,
        Status,
        CreationTimestamp,
        EndTimestamp,
        StatusDetails,
        OperationPreferences,
      } = operationAnswer(call, operation, set);
      return {
        OperationId,
        Action,
        Status,
        CreationTimestamp,
        EndTimestamp,
        StatusDetails,
        OperationPreferences,
      };
    });
    return { Summaries, NextToken: next };
  },

  ListStackSetOperationResults(call: Call<OfOperation & Paged>) {
    const { operation } = needOperation(call);
    const isDone = Date.parse(operation.EndTimestamp) <= call.now.getTime();
    const { items, next } = page(
      operation.results,
      call.input.MaxResults ?? 100,
      call.input.NextToken,
      "ValidationError",
    );
    const shown = (result: SetOperation["results"][number]) =>
      isDone ? result : { ...result, Status: "RUNNING", StatusReason: undefined };
    const AccountGateResult = {
      Status: "SKIPPED",
      StatusReason: "Function not found",
    };
    return { Summaries: items.map((each) => ({ ...shown(each), AccountGateResult })), NextToken: next };
  },

  StopStackSetOperation(call: Call<OfOperation>) {
    const { operation } = needOperation(call);
    if (stopPaced(call, operation.OperationId)) return {};
    // Its last step is under way.
    if (Date.parse(operation.EndTimestamp) > call.now.getTime()) return {};
    throw new AwsFault(
      "InvalidOperationException",
      `Operation ${operation.OperationId} is not running and cannot be stopped`,
    );
  },
};

function needOperation(call: Call<OfOperation>): { set: StackSet; operation: SetOperation } {
  const { StackSetName, OperationId } = call.input;
  const set = needSet(call, StackSetName);
  const operation = setOperationsOf(call).get(OperationId);
  if (operation?.setId !== set.StackSetId || !operation)
    throw new AwsFault("OperationNotFoundException", `Operation ${OperationId} not found`, 404);
  return { set, operation };
}
