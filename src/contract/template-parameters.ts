// What a template's role is made with, as queries give it; in words where a pattern refuses.
import Type from "typebox";

const partition = "arn:(aws|aws-us-gov|aws-cn)";
/** As short ones can be guessed, none is accepted that the forms would refuse (E10). */
const externalId = Type.String({
  pattern: "^[A-Za-z0-9+=,.@:/_-]{16,1224}$",
  description: "16 to 1,224 letters, digits or _+=,.@:/- that nobody can guess",
});

export const roleParameters = {
  roleName: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z0-9+=,.@_-]{1,64}$",
      description: "a role's name: 1 to 64 letters, digits or +=,.@_-",
    }),
  ),
  policyName: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z0-9+=,.@_-]{1,128}$",
      description: "a policy's name: 1 to 128 letters, digits or +=,.@_-",
    }),
  ),
  rolePath: Type.Optional(
    Type.String({
      // A role's may hold more, but its policies are made with the same path.
      pattern: "^/([A-Za-z0-9.,+@=_-]+/)*$",
      maxLength: 512,
      description: "a path of letters, digits and .,+@=_- with slashes at both ends, such as /security/",
    }),
  ),
  permissionsBoundaryArn: Type.Optional(
    Type.String({
      pattern: `^(${partition}:iam::([0-9]{12}|aws):policy/[!-~]+)?$`,
      maxLength: 2048,
      description: "the ARN of a managed policy, such as arn:aws:iam::111122223333:policy/Boundary",
    }),
  ),
  platformRoleArn: Type.Optional(
    Type.Array(
      Type.String({
        pattern: `^${partition}:iam::[0-9]{12}:(role|user)/[!-~]+$`,
        maxLength: 2048,
        description: "the ARN of a role, such as arn:aws:iam::111122223333:role/Skywarden-Install-Role",
      }),
      { maxItems: 10 },
    ),
  ),
};

export const trustParameters = {
  externalId: Type.Optional(externalId),
  /** While the external id is rotated: the old one, accepted as well. */
  previousExternalId: Type.Optional(externalId),
};

/** key=value, for the roles; repeatable. */
export const roleTags = Type.Optional(
  Type.Array(
    Type.String({
      // As IAM's own model says of tags.
      pattern: "^(?![Aa][Ww][Ss]:)[\\p{L}\\p{Z}\\p{N}_.:/+@-]{1,128}=[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}$",
      maxLength: 400,
      description: "key=value of letters, digits, spaces and _.:/=+-@; a key does not begin with aws:",
    }),
    { maxItems: 50 },
  ),
);

export const organizationalUnitIds = Type.Optional(
  Type.Array(
    Type.String({
      pattern: "^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$",
      description: "the id of the root or of an organizational unit, such as r-ab12 or ou-ab12-11112222",
    }),
    { maxItems: 100 },
  ),
);

export const deploymentRegion = Type.Optional(
  Type.String({
    pattern: "^[a-z]{2}(-[a-z]+)+-[0-9]$",
    description: "the name of a region, such as us-east-1",
  }),
);
