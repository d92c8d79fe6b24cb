// Resource policies of CloudWatch Logs: at most ten in an account and region.
import type {
  DescribeResourcePoliciesRequest,
  PutResourcePolicyRequest,
} from "@aws-sdk/client-cloudwatch-logs";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { MalformedPolicy, policyOf } from "../../policy/document.ts";
import { invalid, notFound } from "./stored-group.ts";

interface StoredPolicy {
  policyName: string;
  policyDocument: string;
  lastUpdatedTime: number;
}

const policiesIn = (call: Call) => call.world.collection<StoredPolicy>(call, "logs:resource-policy");

function putPolicy(call: Call<PutResourcePolicyRequest>) {
  const { policyName = "", policyDocument = "" } = call.input;
  if (!isPolicy(policyDocument)) throw invalid("Invalid policy document");
  const policies = policiesIn(call);
  if (!policies.get(policyName) && policies.list().length >= 10)
    throw new AwsFault("LimitExceededException", "Resource limit exceeded.");
  const resourcePolicy = { policyName, policyDocument, lastUpdatedTime: call.now.getTime() };
  policies.put(policyName, resourcePolicy);
  return { resourcePolicy };
}

function isPolicy(text: string): boolean {
  try {
    return policyOf(text).statements.every(({ principals }) => principals !== undefined);
  } catch (error) {
    if (error instanceof MalformedPolicy) return false;
    throw error;
  }
}

export const resourcePolicyOperations: Record<string, Operation> = {
  PutResourcePolicy: putPolicy,
  DescribeResourcePolicies: (call: Call<DescribeResourcePoliciesRequest>) => {
    const { limit = 50, nextToken } = call.input;
    const { items, next } = page(policiesIn(call).list(), limit, nextToken, "InvalidParameterException");
    return { resourcePolicies: items, nextToken: next };
  },
  DeleteResourcePolicy: (call: Call<{ policyName?: string }>) => {
    const { policyName = "" } = call.input;
    if (!policiesIn(call).delete(policyName)) throw notFound(`resource policy`);
    return {};
  },
};
