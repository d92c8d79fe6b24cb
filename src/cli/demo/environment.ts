// The environment of the demo and its children: nothing of the host's AWS set-up and nothing of a real
// installation reaches them, and the simulator is the only AWS they can find.

export interface SimulatedAws {
  endpoint: string;
  containerCredentialsUrl: string;
  containerAuthorizationToken: string;
}

/** Everything but what speaks of AWS or of a proxy, which would carry loopback traffic elsewhere. */
export function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return without(env, /^(AWS_|ECS_|(https?|all|no)_proxy$)/i);
}

/**
 * Nor what speaks of a database or a key: `npm start` in the shell of a real installation must not make a
 * demo of it. PG* variables would change how the embedded server is reached.
 */
export function withoutInstallation(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return without(
    withoutAws(env),
    /^(SKYWARDEN_(DATABASE_URL|MASTER_KEY|MASTER_KEY_FILE|ADMIN_.*|TEMPLATE_BUCKET|PLATFORM_ROLE_ARN|LEND_IDENTITY|DEMO_ADMINISTRATOR)|PG[A-Z]+)$/,
  );
}

export function demoEnvironment(env: NodeJS.ProcessEnv, aws: SimulatedAws): NodeJS.ProcessEnv {
  return {
    ...withoutInstallation(env),
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: aws.containerCredentialsUrl,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: aws.containerAuthorizationToken,
  };
}

function without(env: NodeJS.ProcessEnv, names: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.test(name)));
}
