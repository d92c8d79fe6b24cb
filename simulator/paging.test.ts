// Pages through AWS's own clients: limits, tokens that nobody gave, and pages that are empty though more follows.
import { IAMClient, ListPoliciesCommand as ListIamPolicies, paginateListPolicies } from "@aws-sdk/client-iam";
import { KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
import {
  ListAccountsCommand,
  OrganizationsClient,
  paginateListAccounts,
} from "@aws-sdk/client-organizations";
import { expect, test } from "vitest";
import { page, withEmptyPages } from "./paging.ts";
import { errorOf, startSmall } from "./small-clients.ts";

const wire = startSmall();
const letters = [..."abcdefghijklmnopqrstuvwxyz"];

function walk(limit: number, share: number): { pages: string[][]; tokens: string[] } {
  const pages: string[][] = [];
  const tokens: string[] = [];
  let token: string | undefined;
  do {
    const found = withEmptyPages(share, () => page(letters, limit, token));
    pages.push(found.items);
    token = found.next;
    if (token) tokens.push(token);
  } while (token);
  return { pages, tokens };
}

test.each([1, 5, 25, 26, 100])("%i to a page: everything once, no page longer", (limit) => {
  const { pages } = walk(limit, 0);
  expect(pages.flat()).toEqual(letters);
  expect(pages).toHaveLength(Math.ceil(letters.length / limit));
});

test.each([0.3, 1])("with a share of %d empty pages: everything once, the same way twice", (share) => {
  const first = walk(4, share);
  expect(first.pages.flat()).toEqual(letters);
  expect(first.pages.filter((items) => items.length === 0).length).toBeGreaterThan(0);
  expect(new Set(first.tokens).size).toBe(first.tokens.length);
  expect(walk(4, share)).toEqual(first);
});

test("a share of none leaves pages alone, also after one that had some", () => {
  walk(4, 1);
  expect(walk(4, 0).pages.every((items) => items.length > 0)).toBe(true);
});

const strangers: [title: string, ask: () => Promise<unknown>, code: string][] = [
  [
    "Organizations",
    () => wire.client(OrganizationsClient).send(new ListAccountsCommand({ NextToken: "bm90IG9uZQ==" })),
    "InvalidInputException",
  ],
  ["IAM", () => wire.client(IAMClient).send(new ListIamPolicies({ Marker: "nobody's" })), "ValidationError"],
  [
    "KMS",
    () => wire.client(KMSClient).send(new ListAliasesCommand({ Marker: "x" })),
    "InvalidMarkerException",
  ],
];

test.each(strangers)("a token that nobody gave: %s", async (_, ask, code) => {
  expect((await errorOf(ask()))?.code).toBe(code);
});

test("clients get through empty pages by their tokens", async () => {
  const admin = wire.simulator.adminUrl;
  const set = (emptyPages: number) =>
    fetch(`${admin}/settings`, { method: "PUT", body: JSON.stringify({ emptyPages }) });
  expect((await set(1)).status).toBe(200);
  const names: (string | undefined)[] = [];
  let empty = 0;
  for await (const { Accounts = [] } of paginateListAccounts(
    { client: wire.client(OrganizationsClient) },
    {},
  )) {
    if (Accounts.length === 0) empty++;
    names.push(...Accounts.map(({ Name }) => Name));
  }
  const policies: (string | undefined)[] = [];
  const paged = { client: wire.client(IAMClient), pageSize: 2 };
  for await (const { Policies = [], IsTruncated } of paginateListPolicies(paged, { Scope: "AWS" })) {
    if (Policies.length === 0) expect(IsTruncated).toBe(true);
    policies.push(...Policies.map(({ Arn }) => Arn));
  }
  expect((await set(0)).status).toBe(200);
  expect(names.sort()).toEqual(["dev", "management", "old", "prod"]);
  expect(empty).toBe(1);
  expect(new Set(policies).size).toBe(policies.length);
  expect(policies.length).toBeGreaterThan(3);
});
