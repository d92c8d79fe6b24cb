import { expect, test } from "vitest";
import { buildArn, parseArn, partitionNamed, partitionOf } from "./partitions.ts";

const regions: [region: string, name: string, dnsSuffix: string, globalRegion: string][] = [
  ["eu-west-1", "aws", "amazonaws.com", "us-east-1"],
  ["cn-north-1", "aws-cn", "amazonaws.com.cn", "cn-northwest-1"],
  ["us-gov-east-1", "aws-us-gov", "amazonaws.com", "us-gov-west-1"],
  ["us-iso-west-1", "aws-iso", "c2s.ic.gov", "us-iso-east-1"],
  ["eusc-de-east-1", "aws-eusc", "amazonaws.eu", "eusc-de-east-1"],
  // Not yet known to the SDK, taken by its form.
  ["eu-north-9", "aws", "amazonaws.com", "us-east-1"],
  ["cn-south-9", "aws-cn", "amazonaws.com.cn", "cn-northwest-1"],
];
test.each(regions)("%s lies in %s", (region, name, dnsSuffix, globalRegion) => {
  expect(partitionOf(region)).toEqual({ name, dnsSuffix, globalRegion });
  expect(partitionNamed(name)).toEqual({ name, dnsSuffix, globalRegion });
});

test("a partition that does not exist is null", () => {
  expect(partitionNamed("aw")).toBe(null);
});

const arns: [text: string, parsed: ReturnType<typeof parseArn>][] = [
  [
    "arn:aws-cn:iam::111111111111:role/a/b",
    { partition: "aws-cn", service: "iam", region: "", accountId: "111111111111", resource: "role/a/b" },
  ],
  [
    "arn:aws:logs:eu-west-1:1:log-group:x:*",
    { partition: "aws", service: "logs", region: "eu-west-1", accountId: "1", resource: "log-group:x:*" },
  ],
  ["arn:aws:s3:::b/k:e", { partition: "aws", service: "s3", region: "", accountId: "", resource: "b/k:e" }],
  ["arn:aws:iam::1:", null],
  ["arn:aws:iam", null],
  ["arn::iam::1:role/x", null],
  ["role/x", null],
  ["", null],
];
test.each(arns)("%s", (text, parsed) => {
  expect(parseArn(text)).toEqual(parsed);
  if (parsed) expect(buildArn(parsed)).toBe(text);
});
