// What is done at AWS before one account is connected: the role, whom it trusts, and the templates that make it.
import { TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";
import { type AccessFacts, chosenExternalId } from "../../parts/connect/access-values.ts";
import css from "../../parts/connect/connect.module.css";
import { ExternalIdField } from "../../parts/connect/external-id-field.tsx";
import { TemplateLinks } from "../../parts/connect/templates.tsx";
import { PlatformRoles, type TrustValues } from "../../parts/connect/trust.tsx";
import type { FormValues } from "./form-values.ts";

const userArn = /^arn:(aws|aws-us-gov|aws-cn):iam::\d{12}:user\/[\w+=,.@/-]+$/;

interface CreateRoleProps {
  form: UseFormReturnType<FormValues>;
  trust: TrustValues;
  facts: AccessFacts;
}
export function CreateRole({ form, trust, facts }: CreateRoleProps) {
  const [user, setUser] = useState("");
  const isHost = form.values.credentialSource === "host";
  const isUser = userArn.test(user.trim());
  const principals = isHost ? facts.ownRoles : isUser ? [user.trim()] : [];
  return (
    <>
      <p className={css.help}>
        Sign in to the account and create a CloudFormation stack from this template, or use one of the other
        formats. The role may read; with Power User also repair.
        {isHost &&
          " To connect the account that Skywarden itself runs in, its own role below can be given in the next step; let it read first, for example by attaching SecurityAudit: by itself it may only assume roles."}
      </p>
      <ExternalIdField form={form} facts={facts} hasStored={false} />
      {isHost ? (
        <PlatformRoles identity={trust.identity} />
      ) : (
        <TextInput
          label="ARN of the key's user"
          description="Whom the role will trust; goes into the templates only, and is not stored."
          placeholder="arn:aws:iam::111111111111:user/skywarden"
          classNames={{ input: "mono" }}
          spellCheck={false}
          value={user}
          error={user.trim() === "" || isUser ? undefined : "Give a user's ARN, as in the example"}
          onChange={(event) => setUser(event.currentTarget.value)}
        />
      )}
      {form.values.externalIdChoice === "none" && (
        <p className={css.help}>
          The templates below still hold your tenant's own: a role made from them needs it, here too.
        </p>
      )}
      {isHost || isUser ? (
        <TemplateLinks
          name="member-role"
          trust={{ externalId: chosenExternalId(form.values, facts), principals }}
        />
      ) : (
        <p className={css.help}>The templates appear here when it is known whom the role will trust.</p>
      )}
    </>
  );
}
