import { describe, expect, test } from "vitest";
import { looksLikeKey, redactAt } from "./sensitive.ts";

describe("sensitive values", () => {
  const key = Buffer.from("0123456789abcdef");
  test("leave nothing of themselves but length and likeness", () => {
    const properties = {
      Environment: { Variables: { PASSWORD: "hunter2", KEY: "AKIAIOSFODNN7EXAMPLE", N: 5 } },
      Parts: [{ Secret: { nested: "inner secret" } }],
    };
    redactAt(properties, ["Environment.Variables.*", "Parts[].Secret"], key);
    const text = JSON.stringify(properties);
    for (const secret of ["hunter2", "AKIAIOSFODNN7EXAMPLE", "inner secret"])
      expect(text).not.toContain(secret);
    expect(properties.Environment.Variables.PASSWORD).toEqual({
      redacted: true,
      hmac: expect.stringMatching(/^[0-9a-f]{32}$/),
      length: 7,
      looksLikeKey: false,
    });
    expect(properties.Environment.Variables.KEY).toMatchObject({ looksLikeKey: true, length: 20 });
  });

  test("equal values are equal under one key only, and are not redacted twice", () => {
    const make = (with_: Uint8Array, twice = false) => {
      const value = { A: "same", B: "same", C: "other" };
      redactAt(value, ["A", "B", "C"], with_);
      if (twice) redactAt(value, ["*"], with_);
      return value as unknown as Record<string, { hmac: string }>;
    };
    const one = make(key);
    expect(one.A).toEqual(one.B);
    expect(one.A?.hmac).not.toBe(one.C?.hmac);
    expect(make(Buffer.from("another"))?.A?.hmac).not.toBe(one.A?.hmac);
    expect(make(key, true)).toEqual(one);
  });

  const likeness: [text: string, expected: boolean][] = [
    ["AKIAIOSFODNN7EXAMPLE", true],
    ["-----BEGIN RSA PRIVATE KEY-----\nabc", true],
    ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", true],
    ["postgres://user:pass123@db.example/x", true],
    ["wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00", true],
    ["5f4dcc3b5aa765d61d8327deb882cf99", true],
    ["production", false],
    ["arn:aws:iam::123456789012:role/Some-Role-Name-1", false],
    ["this-is-a-plain-long-name-of-something-made-of-words", false],
    ["https://example.com/path/to/somewhere/Really/Long/Path/1", false],
  ];
  test.each(likeness)("%s", (text, expected) => {
    expect(looksLikeKey(text)).toBe(expected);
  });
});
