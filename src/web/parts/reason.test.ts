import { expect, test } from "vitest";
import { shortReason } from "./reason.tsx";

const scp = "arn:aws:organizations::111111111111:policy/o-ab12/service_control_policy/";

test.each([
  [
    `x is denied by a service control policy: ${scp}p-one, ${scp}p-two.`,
    "x is denied by a service control policy: p-one, p-two.",
  ],
  [
    "y is denied: arn:aws-cn:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
    "y is denied: p-FullAWSAccess",
  ],
  [
    "arn:aws:iam::111111111111:role/Reader cannot be assumed yet.",
    "arn:aws:iam::111111111111:role/Reader cannot be assumed yet.",
  ],
])("%s", (text, short) => {
  expect(shortReason(text)).toBe(short);
});
