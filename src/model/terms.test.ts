// Look-up terms: what a resource is found by, and that prefixes end where they should.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endOfPrefix, termsOf, wordsOf } from "./terms.ts";

const bare = { name: null, nativeId: "i-0abc", arn: null, tags: [], properties: {} };

describe("termsOf", () => {
  const cases: [string, Partial<Parameters<typeof termsOf>[0]>, string[]][] = [
    ["its own id, and the id's words", {}, ["0abc", "i", "i-0abc"]],
    [
      "the name whole and in words",
      { name: "Web-Server_01 (Köln)", nativeId: "x" },
      ["01", "köln", "server", "web", "web-server_01 (köln)", "x"],
    ],
    ["the ARN whole", { arn: "arn:aws:s3:::My-Bucket", nativeId: "y" }, ["arn:aws:s3:::my-bucket", "y"]],
    ["the last name of a path", { nativeId: "role/team/Admin" }, ["admin", "role/team/admin"]],
    [
      "tags as they are written",
      {
        nativeId: "z",
        tags: [
          { key: "Env", value: "Prod" },
          { key: "a:b", value: "" },
        ],
      },
      ["tag:Env", "tag:Env=Prod", "tag:a:b", "tag:a:b=", "z"],
    ],
    [
      "addresses, at any depth, and only addresses",
      {
        nativeId: "n",
        properties: {
          PrivateIpAddress: "10.0.0.1",
          NetworkInterfaces: [
            { Association: { PublicIp: "203.0.113.9" }, Ipv6Addresses: [{ Ipv6Address: "2001:DB8::1" }] },
          ],
          Description: "10.9.9.9",
          CidrIp: "0.0.0.0/0",
          PrivateIpAddresses: [{ PrivateIpAddress: "10.0.0.2" }],
          PublicIpAddress: "nonsense",
        },
      },
      ["10.0.0.1", "10.0.0.2", "2001:db8::1", "203.0.113.9", "n"],
    ],
  ];
  test.each(cases)("%s", (_, some, terms) => {
    expect(termsOf({ ...bare, ...some }).toSorted()).toEqual(terms.toSorted());
  });

  test("stays within an index row however long things are", () => {
    const terms = termsOf({
      ...bare,
      name: "ä ".repeat(5000),
      arn: "a".repeat(5000),
      tags: [{ key: "k", value: "v".repeat(5000) }],
    });
    expect(terms.every((term) => Buffer.byteLength(term) < 2700)).toBe(true);
    expect(terms.length).toBeLessThanOrEqual(400);
  });
});

describe("prefixes", () => {
  test("hold exactly the texts that begin with them, in the order of bytes", () => {
    // Neighbours in the order, so that one too many or too few is found.
    const unit = fc.constantFrom(
      "a",
      "b",
      "c",
      "\u007f",
      "\u0080",
      "\ud7ff",
      "\ue000",
      "\uffff",
      "\u{10000}",
      "\u{10ffff}",
    );
    const text = fc.string({ unit, minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(text, text, (prefix, other) => {
        const isWithin = compare(other, prefix) >= 0 && compare(other, endOfPrefix(prefix)) < 0;
        expect(isWithin).toBe(other.startsWith(prefix));
      }),
      {
        numRuns: 2000,
        examples: [
          ["\u{10ffff}", "\u{10ffff}\u{10ffff}"],
          ["a\u{10ffff}", "b"],
        ],
      },
    );
  });

  /** As collation "C" compares. */
  function compare(a: string, b: string): number {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }

  test.each([
    ["", []],
    ["  Web   Server ", ["web", "server"]],
    ["10.0.0.1", ["10.0.0.1"]],
  ])("words of %j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});
