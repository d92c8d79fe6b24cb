// The administrator of the simulated organization: its calls, in the management account and, by the role that AWS
// makes in new accounts, in the members. Reaches nothing but loopback.
import { openRoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { defaultAwsSettings } from "#aws/settings.ts";
import type { AwsCaller, AwsCredentials, AwsError } from "#model/aws-call.ts";
import { version } from "#version.ts";

export interface SimulatedOrganization {
  endpoint: string;
  managementAccountId: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface Administrator {
  call: AwsCaller;
  credentialsIn(accountId: string): Promise<AwsCredentials>;
  /** Throws CallRefused for an error. */
  ask<Output = unknown>(
    accountId: string,
    client: string,
    operation: string,
    input?: object,
  ): Promise<Output>;
  close(): Promise<void>;
}

export class CallRefused extends Error {
  readonly error: AwsError;
  constructor(operation: string, accountId: string, error: AwsError) {
    super(`${operation} in ${accountId}: ${error.code} ${error.message}`);
    this.error = error;
  }
}

export const administratorRegion = "us-east-1";

export function openAdministrator(organization: SimulatedOrganization): Administrator {
  const { endpoint, managementAccountId, accessKeyId, secretAccessKey } = organization;
  const { call, close } = openAws({
    ...defaultAwsSettings,
    version,
    endpointUrl: endpoint,
    loopbackOnly: true,
  });
  const own: AwsCredentials = { accessKeyId, secretAccessKey };
  const roles = openRoleCache(call);
  const source = { id: "administrator", credentials: async () => ({ ok: true as const, credentials: own }) };
  const credentialsIn = async (accountId: string) => {
    if (accountId === managementAccountId) return own;
    const held = await roles.assume({
      source,
      roleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
      externalId: null,
      sessionName: "administrator",
      durationSeconds: 3600,
      region: administratorRegion,
    });
    if (!held.ok) throw new CallRefused("sts:AssumeRole", accountId, held.error);
    return held.credentials;
  };
  return {
    call,
    credentialsIn,
    async ask<Output>(accountId: string, client: string, operation: string, input = {}) {
      const credentials = await credentialsIn(accountId);
      const answer = await call<Output>({
        ...{ client, operation, input, accountId, credentials },
        region: administratorRegion,
      });
      if (!answer.ok) throw new CallRefused(`${client}:${operation}`, accountId, answer.error);
      return answer.output;
    },
    close,
  };
}
