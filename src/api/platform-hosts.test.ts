import { expect, test } from "vitest";
import { buildServer } from "./server.ts";
import { startApi } from "./testing/start-api.ts";

test("names of hosts are told to who runs the installation, and to nobody else (E21)", async () => {
  const api = await startApi();
  const host = {
    ...{ host: "ip-10-0-0-1", kind: "worker" as const, roleArn: null, differs: true },
    ...{ error: "No role is attached.", reportedAt: "2026-11-22T00:00:00.000Z" },
  };
  const { partitions } = await api.parts.onboarding.platformIdentity();
  const onboarding = {
    ...api.parts.onboarding,
    platformIdentity: async () => ({ partitions: partitions.map((shown) => ({ ...shown, hosts: [host] })) }),
  };
  const app = await buildServer({ ...api.parts, onboarding });
  const hostsFor = async (role: "viewer" | "tenant-admin" | "domain-admin") => {
    const authorization = `Bearer ${await api.key(role)}`;
    const answer = await app.inject({ url: "/api/v1/platform-identity", headers: { authorization } });
    return answer.json().partitions[0].hosts;
  };
  expect(await hostsFor("domain-admin")).toEqual([host]);
  expect(await hostsFor("tenant-admin")).toEqual([]);
  expect(await hostsFor("viewer")).toEqual([]);
  await app.close();
  await api.close();
});
