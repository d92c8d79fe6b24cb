import { afterEach, expect, test } from "vitest";
import { openAws } from "./call.ts";
import { readRegions } from "./regions.ts";
import { awsSettingsFrom } from "./settings.ts";
import { jsonError, openScriptedServer, type Script } from "./testing/scripted-server.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function read(script: Script) {
  const server = await openScriptedServer(script);
  const aws = openAws(awsSettingsFrom({}, { endpointUrl: server.url }));
  open.push(server, aws);
  const credentials = { accessKeyId: "AKIA", secretAccessKey: "s" };
  const answer = await readRegions(aws.call, { accountId: "1", credentials, region: "eu-west-1" });
  return { answer, server };
}

const region = (RegionName: string, RegionOptStatus: string) => ({ RegionName, RegionOptStatus });

test("the account API says which regions are on, page by page", async () => {
  const { answer, server } = await read((response, { body }) => {
    const { NextToken } = JSON.parse(body);
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify(
        NextToken
          ? { Regions: [region("ap-east-1", "DISABLED"), region("me-south-1", "ENABLING")] }
          : {
              Regions: [region("us-east-1", "ENABLED_BY_DEFAULT"), region("af-south-1", "ENABLED")],
              NextToken: "2",
            },
      ),
    );
  });
  expect(answer).toEqual({
    ok: true,
    regions: {
      enabled: ["af-south-1", "us-east-1"],
      disabled: ["ap-east-1", "me-south-1"],
      source: "account:ListRegions",
    },
  });
  expect(server.asked[0]?.headers.authorization).toContain("/us-east-1/account/aws4_request");
});

const describeXml = `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><regionInfo>
<item><regionName>us-east-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>
<item><regionName>af-south-1</regionName><optInStatus>opted-in</optInStatus></item>
<item><regionName>ap-east-1</regionName><optInStatus>not-opted-in</optInStatus></item></regionInfo></DescribeRegionsResponse>`;

test("where that is denied, EC2 says it", async () => {
  const { answer } = await read((response, { body }) =>
    body.includes("DescribeRegions")
      ? void response.end(describeXml)
      : jsonError(response, "AccessDeniedException", "", 403),
  );
  expect(answer).toEqual({
    ok: true,
    regions: { enabled: ["af-south-1", "us-east-1"], disabled: ["ap-east-1"], source: "ec2:DescribeRegions" },
  });
});

test("where both are denied nothing is said of any region", async () => {
  const { answer } = await read((response, { body }) => {
    if (!body.includes("DescribeRegions")) return jsonError(response, "AccessDeniedException", "", 403);
    response.statusCode = 403;
    response.end(
      "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>",
    );
  });
  expect(answer).toMatchObject({
    ok: false,
    errors: [{ code: "AccessDeniedException" }, { code: "UnauthorizedOperation", reason: "denied" }],
  });
});

test("an empty list is an error, not an account without regions", async () => {
  const { answer } = await read((response, { body }) =>
    body.includes("DescribeRegions")
      ? void response.end("<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>")
      : void response.end('{"Regions":[]}'),
  );
  expect(answer).toMatchObject({ ok: false, errors: [{ code: "NoRegions" }, { code: "NoRegions" }] });
});
