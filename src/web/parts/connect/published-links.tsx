// A template that the operator has published: its Amazon S3 URL to paste, and a link that opens CloudFormation's
// console with it. Nothing is shown where none is published.
import { Button } from "@mantine/core";
import type { roleTypes } from "#contract/template.ts";
import { getTemplateLinks } from "#contract/template-copy.ts";
import { platformPartitions } from "#model/partition.ts";
import { useRead } from "../../queries.ts";
import { CopyField } from "../copy.tsx";
import { Icon } from "../icon.tsx";
import css from "./connect.module.css";

interface Asked {
  name: "organization-role" | "member-role";
  principals: string[];
  roleType: (typeof roleTypes)[number];
}

export function PublishedLinks({ name, principals, roleType }: Asked) {
  const partition = platformPartitions.find((known) => principals[0]?.startsWith(`arn:${known}:`)) ?? "aws";
  const query = { platformRoleArn: principals, ...(name === "member-role" ? { roleType } : {}) };
  const read = useRead(getTemplateLinks, { params: { partition, name }, query }, { keepPrevious: true });
  if (read.isError)
    return <p className={css.help}>Whether this template is published is not known: {read.error.message}</p>;
  const { s3Url = null, quickCreateUrl = null } = read.data ?? {};
  if (s3Url === null || quickCreateUrl === null) return null;
  return (
    <div className={css.published}>
      <p className={css.label}>Amazon S3 URL</p>
      <CopyField value={s3Url} label="Amazon S3 URL" />
      <div className={css.links}>
        <Button
          component="a"
          variant="default"
          href={quickCreateUrl}
          target="_blank"
          rel="noreferrer"
          leftSection={<Icon name="link" size={14} />}
        >
          Create the stack in the AWS console
        </Button>
      </div>
      <p className={css.under}>
        Opens CloudFormation with everything filled in but the External ID, which the console takes from no
        link: paste it into ExternalId there.
      </p>
    </div>
  );
}
