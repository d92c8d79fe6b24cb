// Judging again what is stored, as the job does when rules are outdated, by the rule sets of small-estate.ts.

import type { CloudKey } from "../resource-rows.ts";
import { readDocuments, saveJudged } from "../stored-documents.ts";
import { writeVerdicts } from "../verdicts.ts";
import { outcomeOf, type RuleSet, ruleSets, type SmallEstate } from "./small-estate.ts";

export async function judgeAgain(estate: SmallEstate, cloud: CloudKey, ruleSet: RuleSet): Promise<void> {
  const rows = await estate.rows<{ id: string }>(
    "select id from resources where tenant_id = $1 and cloud_id = $2",
    [cloud.tenantId, cloud.cloudId],
  );
  await estate.store.withTenant(cloud.tenantId, async (tx) => {
    const stored = await readDocuments(
      tx,
      rows.map(({ id }) => id),
    );
    const judged = stored.map(({ id, type, judgedBefore, document }) => ({
      type,
      judgedBefore,
      judgement: {
        resourceId: id,
        ruleSet,
        flipsAt: null,
        outcomes: ruleSets[ruleSet].map((insight) => outcomeOf(insight, document.properties, document.gaps)),
      },
    }));
    await writeVerdicts(tx, cloud.cloudId, judged);
    await saveJudged(
      tx,
      judged.map(({ judgement }) => judgement),
    );
  });
}
