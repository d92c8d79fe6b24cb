// Which version of tokens the global STS endpoint gives this account.
import type { Call, Operation } from "../../operation.ts";

/** Value of "iam:token-version" (account, global) under "self". */
interface TokenVersion {
  version: 1 | 2;
}

export const tokenVersionOperations: Record<string, Operation> = {
  SetSecurityTokenServicePreferences(call: Call<{ GlobalEndpointTokenVersion: "v1Token" | "v2Token" }>) {
    const version = call.input.GlobalEndpointTokenVersion === "v2Token" ? 2 : 1;
    collection(call).put("self", { version });
  },
};

export function preferencesIn(call: Call): TokenVersion {
  return collection(call).get("self") ?? { version: 1 };
}

function collection({ world, accountId }: Call) {
  return world.collection<TokenVersion>({ accountId, region: "global" }, "iam:token-version");
}
