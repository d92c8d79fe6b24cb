// The providers whose organizations can be connected. Management groups of Azure and folders of GCP will stand
// beside AWS with the same nouns: organization, unit, account, role.
import { aws } from "./providers/aws.ts";

export type Provider = typeof aws;

const providers: Record<string, Provider> = { aws };

/** Throws for one that nobody wrote: the contract and the database name only these. */
export function providerNamed(name = "aws"): Provider {
  const provider = providers[name];
  if (!provider) throw new Error(`there is no provider ${name}`);
  return provider;
}
