// The environment of the demo's children: nothing of the host's AWS set-up reaches them, and the
// simulator is the only AWS they can find.

export interface SimulatedAws {
  endpoint: string;
  containerCredentialsUrl: string;
  containerAuthorizationToken: string;
}

/** Everything but what speaks of AWS or of a proxy, which would carry loopback traffic elsewhere. */
export function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(AWS_|ECS_|(https?|all|no)_proxy$)/i.test(name)),
  );
}

export function demoEnvironment(env: NodeJS.ProcessEnv, aws: SimulatedAws): NodeJS.ProcessEnv {
  return {
    ...withoutAws(env),
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: aws.containerCredentialsUrl,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: aws.containerAuthorizationToken,
  };
}
