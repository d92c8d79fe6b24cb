// How a cloud was reached before its last change, or before an organization took it over, and the way back (E20).
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { getCloud, listClouds } from "#contract/cloud.ts";
import { rollBackCloud } from "#contract/leaving.ts";
import type { CloudDetail } from "../../../nouns.ts";
import { sourceName } from "../../../parts/connect/access-fields.tsx";
import { CheckResult } from "../../../parts/connect/check-result.tsx";
import { CopyText } from "../../../parts/copy.tsx";
import { Refused } from "../../../parts/refused.tsx";
import { Facts, Section } from "../../../parts/section.tsx";
import { Time } from "../../../parts/time.tsx";
import { useWrite } from "../../../queries.ts";
import css from "../cloud.module.css";

export function FormerAccess({ cloud }: { cloud: CloudDetail }) {
  const former = cloud.formerAccess;
  const preview = useWrite(rollBackCloud, []);
  const back = useWrite(rollBackCloud, [getCloud, listClouds]);
  if (former === null) return null;
  const params = { id: cloud.id };
  const failure = back.error ?? preview.error;
  return (
    <Section title="Former access">
      <Facts
        rows={[
          [
            former.wasTakenOver ? "Connected by itself until" : "Used until",
            <Time key="until" at={former.replacedAt} />,
          ],
          ["Authentication type", sourceName(former.credentialSource)],
          ...(former.roleArn === null
            ? []
            : [
                ["Role", <CopyText key="role" value={former.roleArn} label="role ARN" />] as [
                  string,
                  ReactNode,
                ],
              ]),
          ["Kept encrypted, forgotten", <Time key="kept" at={former.keptUntil} />],
        ]}
      />
      <span className={css.actions}>
        <Button
          variant="default"
          loading={preview.isPending}
          onClick={() => preview.mutate({ params, query: { preview: true } })}
        >
          Try the former access
        </Button>
        {preview.data?.ok && (
          <Button color="red.9" loading={back.isPending} onClick={() => back.mutate({ params, query: {} })}>
            {former.wasTakenOver ? "Leave the organization and return to it" : "Return to it"}
          </Button>
        )}
      </span>
      {failure && <Refused error={failure} />}
      {preview.data && !failure && (
        <CheckResult
          verdict={preview.data.ok ? "The former access works." : "The former access does not work."}
          checks={preview.data.checks}
        />
      )}
    </Section>
  );
}
