// How a cloud that is connected by itself is reached: the form, its checks, its change.
import Type from "typebox";
import { cloudSources } from "#model/cloud-credentials.ts";
import { instant, literals, nullable, outlook } from "./route.ts";

/** What is shown of it; null where an organization manages the cloud. Secrets are write-only. */
export const cloudAccess = Type.Object({
  credentialSource: literals(cloudSources),
  sessionName: nullable(Type.String()),
  durationSeconds: nullable(Type.Integer()),
  /** The tenant's, which follows a rotation; one of its own; or none. The value itself is write-only. */
  externalId: literals(["tenant", "own", "none"]),
  /** The role is the installation's own: nothing is assumed. */
  isOwnRole: Type.Boolean(),
  accessKeyId: nullable(Type.String()),
});

export const formerAccess = Type.Object({
  replacedAt: instant,
  keptUntil: instant,
  /** An organization took the cloud over, which was connected by itself until then. */
  wasTakenOver: Type.Boolean(),
  credentialSource: literals(cloudSources),
  roleArn: nullable(Type.String()),
  accessKeyId: nullable(Type.String()),
});

// Formats are checked by the validation itself (onboarding/cloud-form.ts), so that every wrong field is named at once.
export const accessForm = {
  credentialSource: Type.Optional(literals(cloudSources)),
  roleArn: Type.Optional(nullable(Type.String({ maxLength: 5000 }))),
  sessionName: Type.Optional(Type.String({ maxLength: 5000 })),
  durationSeconds: Type.Optional(Type.Integer()),
  /** Absent: the tenant's own. null: the same, and in a change what is stored. Empty: none. */
  externalId: Type.Optional(nullable(Type.String({ maxLength: 5000 }))),
  accessKeyId: Type.Optional(nullable(Type.String({ maxLength: 256 }))),
  secretAccessKey: Type.Optional(nullable(Type.String({ maxLength: 256 }))),
};
export const strategyIds = Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 20 }));
export const cloudValidation = Type.Object({
  ok: Type.Boolean(),
  checks: Type.Array(
    Type.Object({
      name: literals([
        "format",
        "platform-identity",
        "assume-role",
        "cloud-unique",
        "external-id",
        "account-read",
      ]),
      outcome: literals(["pass", "warning", "fail", "skipped"]),
      detail: Type.String(),
    }),
  ),
  errors: Type.Array(Type.Object({ path: Type.String(), code: Type.String(), detail: Type.String() })),
  accountId: nullable(Type.String()),
  ...outlook,
});
