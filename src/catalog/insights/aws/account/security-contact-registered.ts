import { defineInsight } from "#catalog/define.ts";
import { isSet } from "#rules/build.ts";

export default defineInsight({
  id: "aws.account.security-contact-registered",
  title: "Account has a security contact",
  severity: "medium",
  on: "aws.account.settings",
  passes: isSet("SecurityContact.EmailAddress"),
  frameworks: { "cis-aws-5.0": ["1.2"], "cis-aws-7.0": ["2.3"], "aws-fsbp": ["Account.1"] },
  why: "When AWS sees abuse or a leaked key it writes to the security contact. Without one the message goes to the owner of the root e-mail address, who may read it days later.",
  fix: {
    steps:
      "Console: Account → Alternate contacts → Security → Edit; use a mailbox that a team reads. CLI: aws account put-alternate-contact --alternate-contact-type SECURITY --name … --title … --email-address … --phone-number …; from the management account add --account-id to set it for a member.",
  },
  examples: {
    pass: [{ document: { SecurityContact: { EmailAddress: "security@example.com" } } }],
    fail: [{ document: {} }],
    unknown: [{ document: {}, gaps: ["SecurityContact"] }],
  },
});
