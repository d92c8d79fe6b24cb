// What is done at AWS before one account is connected: the role, whom it trusts, and the templates that make it.
import type { UseFormReturnType } from "@mantine/form";
import { type AccessFacts, chosenExternalId } from "../../parts/connect/access-values.ts";
import css from "../../parts/connect/connect.module.css";
import { ExternalIdField } from "../../parts/connect/external-id-field.tsx";
import { KeyUserField, keyUsers } from "../../parts/connect/key-user-field.tsx";
import { PlatformIdentity } from "../../parts/connect/platform-identity.tsx";
import { TemplateLinks } from "../../parts/connect/templates.tsx";
import { identityIn, type TrustValues } from "../../parts/connect/trust.tsx";
import type { FormValues } from "./form-values.ts";

interface CreateRoleProps {
  form: UseFormReturnType<FormValues>;
  trust: TrustValues;
  facts: AccessFacts;
}
export function CreateRole({ form, trust, facts }: CreateRoleProps) {
  const { credentialSource, partition, keyUserArn } = form.values;
  const isHost = credentialSource === "host";
  const own = identityIn(trust.identity, partition)?.roleArn;
  const principals = isHost ? (own ? [own] : []) : keyUsers(keyUserArn);
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
        <PlatformIdentity key={partition} trust={trust} partition={partition} />
      ) : (
        <KeyUserField value={keyUserArn} onChange={(arn) => form.setFieldValue("keyUserArn", arn)} />
      )}
      {form.values.externalIdChoice === "none" && (
        <p className={css.help}>
          The templates below still hold your tenant's own: a role made from them needs it, here too.
        </p>
      )}
      {principals.length > 0 ? (
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
