import { describe, expect, test } from "vitest";
import { arnOf, readArn } from "./arn-template.ts";

describe("ARN templates", () => {
  const vpc = { arn: "arn:{partition}:ec2:{region}:{account}:vpc/{VpcId}", id: "VpcId" };
  const bucket = { arn: "arn:{partition}:s3:::{Name}", id: "Name" };
  const role = { arn: "arn:{partition}:iam::{account}:role{Path}{RoleName}", id: "RoleName" };
  const topic = { arn: "@TopicArn", id: "TopicArn" };
  const place = { partition: "aws-cn", region: "cn-north-1", accountId: "111111111111" };
  test("are filled from the item", () => {
    expect(arnOf(vpc, { VpcId: "vpc-1" }, place)).toBe("arn:aws-cn:ec2:cn-north-1:111111111111:vpc/vpc-1");
    expect(arnOf(role, { Path: "/a/b/", RoleName: "r" }, place)).toBe(
      "arn:aws-cn:iam::111111111111:role/a/b/r",
    );
    expect(arnOf(role, { RoleName: "r" }, place)).toBe(null);
    expect(arnOf(topic, { TopicArn: "arn:x" }, place)).toBe("arn:x");
  });

  const cases: [target: typeof vpc, arn: string, expected: ReturnType<typeof readArn>][] = [
    [
      vpc,
      "arn:aws:ec2:eu-west-1:222222222222:vpc/vpc-9",
      { accountId: "222222222222", region: "eu-west-1", nativeId: "vpc-9" },
    ],
    [vpc, "arn:aws:ec2:eu-west-1:222222222222:subnet/subnet-9", null],
    [bucket, "arn:aws:s3:::logs/flow/", { accountId: null, region: null, nativeId: "logs" }],
    [role, "arn:aws:iam::2:role/service-role/x/y", { accountId: "2", region: null, nativeId: "y" }],
    [role, "arn:aws:iam::2:role/y", { accountId: "2", region: null, nativeId: "y" }],
    [role, "arn:aws:iam::2:user/y", null],
    [topic, "arn:aws:sns:r:2:t", { accountId: "2", region: "r", nativeId: "arn:aws:sns:r:2:t" }],
    [vpc, "vpc-9", null],
  ];
  test.each(cases)("%o reads %s", (target, arn, expected) => {
    expect(readArn(target, arn)).toEqual(expected);
  });
});
