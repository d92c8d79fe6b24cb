import { describe, expect, test } from "vitest";
import { checkForm, credentialsOf, filtersOf, type OrganizationForm } from "./form.ts";
import { formTexts } from "./form-texts.ts";

const organizationArn = "arn:aws:iam::111111111111:role/Skywarden-Harvest-Org-Role";
const memberArn = "arn:aws:iam::111111111111:role/Skywarden-Harvest-Member-Role";
const good: OrganizationForm = {
  nickname: "acme",
  organizationRole: { arn: organizationArn },
  memberRole: { arn: memberArn },
};
const key = { accessKeyId: `AKIA${"A".repeat(16)}`, secretAccessKey: "s".repeat(40) };
const organizationRole = (change: object) => ({ organizationRole: { arn: organizationArn, ...change } });
const memberRole = (change: object) => ({ memberRole: { arn: memberArn, ...change } });
const long = (length: number) => "a".repeat(length);

type Change = Partial<OrganizationForm>;
const check = (change: Change) =>
  checkForm({ ...good, ...change }).map(({ path, code }) => `${path} ${code}`);

const wrong: [title: string, change: Change, ...expected: string[]][] = [
  ["nickname empty", { nickname: "" }, "/nickname required"],
  ["nickname of spaces", { nickname: "  " }, "/nickname required"],
  ["nickname too long", { nickname: long(101) }, "/nickname too-long"],
  ["organization role empty", organizationRole({ arn: "" }), "/organizationRole/arn required"],
  [
    "organization role arn:aw:",
    organizationRole({ arn: organizationArn.replace("aws", "aw") }),
    "/organizationRole/arn invalid-arn",
  ],
  [
    "organization role too long",
    organizationRole({ arn: `arn:aws:iam::111111111111:role/${long(2048)}` }),
    "/organizationRole/arn too-long",
  ],
  [
    "organization role's name too long",
    organizationRole({ arn: `arn:aws:iam::111111111111:role/${long(65)}` }),
    "/organizationRole/arn invalid-arn",
  ],
  [
    "organization role of 11 digits",
    organizationRole({ arn: "arn:aws:iam::11111111111:role/R" }),
    "/organizationRole/arn invalid-arn",
  ],
  [
    "organization role is a user",
    organizationRole({ arn: "arn:aws:iam::111111111111:user/U" }),
    "/organizationRole/arn invalid-arn",
  ],
  [
    "organization role is a session",
    organizationRole({ arn: "arn:aws:sts::111111111111:assumed-role/R/S" }),
    "/organizationRole/arn invalid-arn",
  ],
  [
    "organization role of an unknown partition",
    organizationRole({ arn: "arn:aws-x:iam::111111111111:role/R" }),
    "/organizationRole/arn invalid-arn",
  ],
  [
    "organization role with white space",
    organizationRole({ arn: ` ${organizationArn}` }),
    "/organizationRole/arn invalid-arn",
  ],
  [
    "organization role by name alone",
    organizationRole({ arn: "role/Org" }),
    "/organizationRole/arn invalid-arn",
  ],
  ["member role empty", memberRole({ arn: "" }), "/memberRole/arn required"],
  ["member role arn:aw:", memberRole({ arn: memberArn.replace("aws", "aw") }), "/memberRole/arn invalid-arn"],
  ["member role is a name alone", memberRole({ arn: "Harvest" }), "/memberRole/arn invalid-arn"],
  ["member role is nothing known", memberRole({ arn: "Harvest: role" }), "/memberRole/arn invalid-arn"],
  [
    "member role is the organization role",
    memberRole({ arn: organizationArn }),
    "/memberRole/arn same-as-organization-role",
  ],
  [
    "member role is the organization role in another account",
    memberRole({ arn: organizationArn.replace("1111", "2222") }),
    "/memberRole/arn same-as-organization-role",
  ],
  [
    "member role is the organization role by name",
    memberRole({ arn: "role/Skywarden-Harvest-Org-Role" }),
    "/memberRole/arn same-as-organization-role",
  ],
  [
    "member role of another partition",
    memberRole({ arn: memberArn.replace("aws", "aws-cn") }),
    "/memberRole/arn other-partition",
  ],
  [
    "session name with a space",
    organizationRole({ sessionName: "Sky warden" }),
    "/organizationRole/sessionName invalid-session-name",
  ],
  ["session name empty", memberRole({ sessionName: "" }), "/memberRole/sessionName invalid-session-name"],
  [
    "session name of one letter",
    memberRole({ sessionName: "a" }),
    "/memberRole/sessionName invalid-session-name",
  ],
  [
    "session name too long",
    memberRole({ sessionName: long(65) }),
    "/memberRole/sessionName invalid-session-name",
  ],
  [
    "duration 899",
    organizationRole({ durationSeconds: 899 }),
    "/organizationRole/durationSeconds out-of-range",
  ],
  [
    "duration 3601 behind a host role",
    memberRole({ durationSeconds: 3601 }),
    "/memberRole/durationSeconds out-of-range",
  ],
  [
    "duration no number",
    memberRole({ durationSeconds: Number.NaN }),
    "/memberRole/durationSeconds out-of-range",
  ],
  [
    "duration 43201 behind a key",
    { ...memberRole({ durationSeconds: 43_201 }), credentialSource: "user-key", ...key },
    "/memberRole/durationSeconds out-of-range",
  ],
  ["external id guessable", { externalId: "1234" }, "/externalId invalid-external-id"],
  ["external id empty", { externalId: "" }, "/externalId invalid-external-id"],
  ["external id with a space", { externalId: `${long(16)} b` }, "/externalId invalid-external-id"],
  ["external id too long", { externalId: long(1225) }, "/externalId invalid-external-id"],
  ["key without a source for it", { ...key }, "/accessKeyId not-used", "/secretAccessKey not-used"],
  [
    "source without a key",
    { credentialSource: "user-key" },
    "/accessKeyId invalid-access-key",
    "/secretAccessKey invalid-secret-key",
  ],
  [
    "temporary key",
    { credentialSource: "user-key", ...key, accessKeyId: `ASIA${"A".repeat(16)}` },
    "/accessKeyId invalid-access-key",
  ],
  [
    "secret too short",
    { credentialSource: "user-key", ...key, secretAccessKey: "short" },
    "/secretAccessKey invalid-secret-key",
  ],
  ["empty prefix", { excludedNamePrefixes: ["ok-", " "] }, "/excludedNamePrefixes/1 required"],
  [
    "scope limited to nothing",
    { includedOrganizationalUnits: null },
    "/includedOrganizationalUnits required",
  ],
  [
    "unit is no id",
    { includedOrganizationalUnits: ["Production"] },
    "/includedOrganizationalUnits/0 invalid-unit",
  ],
  ["badge of the system", { badges: [{ key: "system.x", value: "1" }] }, "/badges/0/key reserved-badge"],
  ["badge of the path", { badges: [{ key: "cloud_org_path", value: "1" }] }, "/badges/0/key reserved-badge"],
  [
    "badge given twice",
    {
      badges: [
        { key: "a", value: "1" },
        { key: "a", value: "2" },
      ],
    },
    "/badges/1/key duplicate-badge",
  ],
  ["badge without a key", { badges: [{ key: " ", value: "1" }] }, "/badges/0/key required"],
];
test.each(wrong)("%s", (_, change, ...expected) => expect(check(change)).toEqual(expected));

test("a member role that is given by its name alone is told how to write it (E1, E3)", () => {
  const [error] = checkForm({ ...good, memberRole: { arn: "Harvest" } });
  expect(error?.detail).toMatch(/write role\/Harvest, .* or give its ARN/);
});

test("every wrong field is named at once, with words", () => {
  const errors = checkForm({
    ...good,
    nickname: "",
    organizationRole: { arn: "x", sessionName: "a b", durationSeconds: 1 },
    memberRole: { arn: "", durationSeconds: 3601 },
    excludedNamePrefixes: [""],
    includedOrganizationalUnits: ["x"],
  });
  expect(errors.map((error) => error.path)).toEqual([
    "/nickname",
    "/organizationRole/arn",
    "/organizationRole/sessionName",
    "/organizationRole/durationSeconds",
    "/memberRole/arn",
    "/memberRole/durationSeconds",
    "/excludedNamePrefixes/0",
    "/includedOrganizationalUnits/0",
  ]);
  for (const { detail } of errors) expect(detail).toMatch(/\w+ .*\.$/);
});

const right: [title: string, change: Change][] = [
  ["defaults", {}],
  [
    "GovCloud",
    {
      organizationRole: { arn: organizationArn.replace("aws", "aws-us-gov") },
      memberRole: { arn: memberArn.replace("aws", "aws-us-gov") },
    },
  ],
  [
    "China",
    {
      organizationRole: { arn: organizationArn.replace("aws", "aws-cn") },
      memberRole: { arn: memberArn.replace("aws", "aws-cn") },
    },
  ],
  ["roles under paths", organizationRole({ arn: "arn:aws:iam::111111111111:role/a/b/R+=,.@_-" })],
  [
    "the same name under another path",
    memberRole({ arn: "arn:aws:iam::111111111111:role/m/Skywarden-Harvest-Org-Role" }),
  ],
  ["member role by name", memberRole({ arn: "role/Harvest" })],
  ["member role by path and name", memberRole({ arn: "/security/Harvest" })],
  [
    "bounds of a host's session",
    { ...organizationRole({ durationSeconds: 900 }), ...memberRole({ durationSeconds: 3600 }) },
  ],
  [
    "bounds of a key's session",
    { ...organizationRole({ durationSeconds: 43_200 }), credentialSource: "user-key", ...key },
  ],
  [
    "everything",
    {
      externalId: long(16),
      excludedNamePrefixes: ["sandbox-"],
      includedOrganizationalUnits: ["ou-ab12-11112222", "r-ab12"],
      badges: [{ key: "team", value: "" }],
    },
  ],
  [
    "null where nothing is given",
    { externalId: null, accessKeyId: null, secretAccessKey: null, includedOrganizationalUnits: [] },
  ],
];
test.each(right)("%s is right", (_, change) => expect(check(change)).toEqual([]));

describe("what is stored", () => {
  test("has the defaults of the contract", () => {
    const role = { sessionName: "Skywarden", durationSeconds: 3600 };
    expect(credentialsOf(good)).toEqual({
      source: "host",
      organizationRole: { arn: organizationArn, ...role },
      memberRole: { arn: memberArn, ...role },
      externalId: null,
      accessKeyId: null,
      secretAccessKey: null,
    });
    expect(filtersOf(good)).toEqual({
      excludedNamePrefixes: [],
      includedUnits: [],
      autoRemoveSuspended: false,
      autoBadge: false,
    });
  });

  const memberRoles: [given: string, stored: string][] = [
    ["role/Harvest", "arn:aws:iam::111111111111:role/Harvest"],
    ["/Harvest", "arn:aws:iam::111111111111:role/Harvest"],
    ["/security/Harvest", "arn:aws:iam::111111111111:role/security/Harvest"],
    [memberArn, memberArn],
  ];
  test.each(memberRoles)("the member role %s is %s", (arn, stored) => {
    expect(credentialsOf({ ...good, memberRole: { arn } }).memberRole.arn).toBe(stored);
  });
});

/** As they come over HTTP, in any shape; a change has no provider. */
const bodies: [title: string, body: unknown, ...expected: string[]][] = [
  ["no object", null],
  ["nothing", {}],
  ["a list", []],
  ["a form that is right", { provider: "aws", ...good }],
  [
    "wrong texts beside wrong shapes",
    {
      provider: "aws",
      nickname: "",
      organizationRole: { arn: "arn:aw:iam::1:role/R", durationSeconds: "900" },
      memberRole: 7,
      badges: "x",
    },
    "/nickname required",
    "/organizationRole/arn invalid-arn",
  ],
  ["both ARNs of another shape", { provider: "aws", organizationRole: { arn: 1 }, memberRole: { arn: 2 } }],
  [
    "one ARN of another shape",
    {
      provider: "aws",
      organizationRole: { arn: 1 },
      memberRole: { arn: memberArn.replace("aws", "aws-cn") },
    },
  ],
  [
    "both roles equal",
    { provider: "aws", ...good, memberRole: good.organizationRole },
    "/memberRole/arn same-as-organization-role",
  ],
  [
    "duration of a new host",
    { provider: "aws", organizationRole: { durationSeconds: 3601 } },
    "/organizationRole/durationSeconds out-of-range",
  ],
  ["duration of a change, whose stored source may be a key", { organizationRole: { durationSeconds: 3601 } }],
  ["key of a change, whose stored source may be a key", { ...key }],
  [
    "a change that keeps the stored secret",
    { credentialSource: "user-key", accessKeyId: key.accessKeyId, secretAccessKey: null },
  ],
  [
    "a change with a wrong key",
    { credentialSource: "user-key", accessKeyId: "AKIA", secretAccessKey: null },
    "/accessKeyId invalid-access-key",
  ],
  ["a reserved badge", { badges: [{ key: "system.a", value: 1 }] }, "/badges/0/key reserved-badge"],
  ["units of another shape", { includedOrganizationalUnits: [1] }],
  ["a limit without units", { includedOrganizationalUnits: null }, "/includedOrganizationalUnits required"],
];
test.each(bodies)("a body: %s", (_, body, ...expected) => {
  expect(formTexts(body).map(({ path, code }) => `${path} ${code}`)).toEqual(expected);
});
