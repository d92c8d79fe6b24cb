// What the command line says to mistakes: exit code 2 and one line, nothing started.
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { version } from "#version.ts";
import { cleanUp, newFolder, outcomeOf } from "./demo-run.ts";

const dataDir = join(newFolder(), "data");

afterAll(cleanUp);

test.each([
  [["dem"], "unknown command 'dem' (Did you mean demo?)"],
  [["demo", "--onse"], "unknown option '--onse' (Did you mean --once?)"],
  [["demo", "extra"], "too many arguments for 'demo'. Expected 0 arguments but got 1: extra."],
  [["demo", "--accounts"], "option '--accounts <n>' argument missing"],
  [["demo", "--accounts", "4"], "It is a whole number from 5 to 20000."],
  [["demo", "--accounts", "6.5"], "It is a whole number from 5 to 20000."],
  [["demo", "--accounts", "1e3"], "It is a whole number from 5 to 20000."],
  [["demo", "--accounts", ""], "It is a whole number from 5 to 20000."],
  [["demo", "--seed", "-1"], "It is a whole number from 0 to 2147483648."],
  [["demo", "--port", "65536"], "It is a whole number from 0 to 65535."],
  [["simulator", "--world", "none"], "There is no world none; there are demo"],
  [["serve", "--role", "boss"], "--role is api, worker or all."],
  [["worker"], "A worker needs SKYWARDEN_DATABASE_URL"],
  [["template", "none"], "There is no template none; there are"],
  [["organization", "add"], "required option '--nickname <name>' not specified"],
  [["clouds", "--limit", "0"], "It is a whole number from 1 to 1000."],
  [["clouds"], "Give an API key: --api-key, or SKYWARDEN_API_KEY."],
  [["clouds", "--api-key", "key", "--url", "http://127.0.0.1:1"], "Nothing answers at http://127.0.0.1:1;"],
  [["clouds", "--api-key", "key", "--url", "nowhere"], "nowhere is not an address;"],
])("skywarden %j", async (args, sentence) => {
  const { code, stdout, stderr } = await outcomeOf(args, { dataDir });
  expect(stderr).toContain(sentence);
  expect(stderr).toMatch(/^skywarden: .*\n$/);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});

test.each([
  ["SKYWARDEN_PORT", "http", "SKYWARDEN_PORT must be a port"],
  ["SKYWARDEN_LOG_LEVEL", "loud", "SKYWARDEN_LOG_LEVEL must be one of"],
])("a wrong %s stops the demo", async (name, value, sentence) => {
  const { code, stderr } = await outcomeOf(["demo"], { dataDir, env: { [name]: value } });
  expect(stderr).toMatch(/^skywarden: .*\n$/);
  expect(stderr).toContain(sentence);
  expect(code).toBe(2);
});

test.each([
  [["--help"], "Usage: skywarden"],
  [["demo", "--help"], "--accounts <n>"],
  [["organization", "add", "--help"], "--organization-role <arn>"],
  [["--version"], version],
])("skywarden %j is no mistake", async (args, text) => {
  const { code, stdout, stderr } = await outcomeOf(args, { dataDir });
  expect(stdout).toContain(text);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});
