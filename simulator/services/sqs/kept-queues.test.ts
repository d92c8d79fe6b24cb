import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startSimulator } from "../../start.ts";

test("a restart keeps queues and their attributes, and forgets messages", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "simulator-queues-"));
  const run = async (use: (client: aws.SQSClient) => Promise<void>) => {
    const simulator = await startSimulator({ world: "small", dataDir });
    const { endpoint } = simulator;
    const client = new aws.SQSClient({ endpoint, region: "us-east-1", credentials: simulator });
    try {
      await use(client);
    } finally {
      client.destroy();
      await simulator.stop();
    }
  };
  let QueueUrl: string | undefined;
  try {
    await run(async (client) => {
      const Attributes = { VisibilityTimeout: "7" };
      ({ QueueUrl } = await client.send(new aws.CreateQueueCommand({ QueueName: "kept", Attributes })));
      await client.send(new aws.SendMessageCommand({ QueueUrl, MessageBody: "lost" }));
    });
    await run(async (client) => {
      const asked = new aws.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
      expect((await client.send(asked)).Attributes).toMatchObject({
        VisibilityTimeout: "7",
        ApproximateNumberOfMessages: "0",
      });
    });
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
