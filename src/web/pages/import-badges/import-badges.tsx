// User badges of many clouds at once: a file or pasted text, a preview of what changes and what is refused, then one
// click. The export is the starting point.
import { Alert, Button, FileInput, Textarea } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { exportBadges, importBadges, listBadgeValues } from "#contract/badge.ts";
import { getCloud, listClouds } from "#contract/cloud.ts";
import type { ResponseOf } from "#contract/route.ts";
import { type CallFailed, urlOf } from "../../call.ts";
import { Page } from "../../parts/frame.tsx";
import { Icon } from "../../parts/icon.tsx";
import { plural } from "../../parts/number.ts";
import { Empty, Loaded } from "../../parts/state.tsx";
import { useMay, useRead, useWrite } from "../../queries.ts";
import css from "./import-badges.module.css";
import { Preview } from "./preview.tsx";

export type BadgeImport = ResponseOf<typeof importBadges>;

export function ImportBadges() {
  const mayWrite = useMay("badges:write");
  const badges = useRead(listBadgeValues, { query: { limit: 1 } });
  return (
    <Page title="Import badges" parent={{ to: "/clouds", label: "Clouds" }}>
      <Loaded read={badges}>
        {() =>
          mayWrite ? (
            <ImportForm />
          ) : (
            <Empty title="Your role does not allow this">
              Importing badges needs an administrator of your tenant.
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}

const example = "accountId,key,value\n123456789012,env,prod\n123456789012,cost-center,4711";
const maxFileBytes = 4_000_000;

function ImportForm() {
  const [csv, setCsv] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [told, setTold] = useState<BadgeImport | null>(null);
  const write = useWrite(importBadges, [listClouds, getCloud, listBadgeValues]);
  const change = (text: string) => {
    setCsv(text);
    setTold(null);
    setWrong(null);
  };
  const send = (isApplied: boolean) => {
    if (csv.trim() === "") return setWrong("Choose a file, or paste its text");
    write.mutate(
      { query: { apply: isApplied }, body: { csv } },
      {
        onSuccess: setTold,
        onError: (error: CallFailed) => setWrong(error.errors[0]?.detail ?? error.message),
      },
    );
  };
  const take = async (file: File | null) => {
    if (!file) return;
    if (file.size > maxFileBytes) return setWrong("The file is larger than 4 MB; split it");
    change(await file.text());
  };
  return (
    <>
      <div className={css.form}>
        <p className={css.help}>
          A CSV with the columns accountId, key and value. A value sets the badge, an empty one removes it.
          Other columns and other badges stay as they are.{" "}
          <a href={urlOf(exportBadges)} download="skywarden-badges.csv">
            Export the badges as they are
          </a>{" "}
          and change that.
        </p>
        <FileInput
          label="File"
          placeholder="Choose a CSV file"
          accept=".csv,text/csv,text/plain"
          leftSection={<Icon name="table" size={14} />}
          onChange={(file) => void take(file)}
        />
        <Textarea
          label="Or its text"
          description="At most 10,000 rows."
          placeholder={example}
          value={csv}
          error={wrong}
          minRows={6}
          maxRows={14}
          autosize
          spellCheck={false}
          classNames={{ input: css.text ?? "" }}
          onChange={(event) => change(event.currentTarget.value)}
        />
        <Button
          variant={told ? "default" : "filled"}
          className={css.button ?? ""}
          loading={write.isPending && !told}
          onClick={() => send(false)}
        >
          Preview changes
        </Button>
      </div>
      <div aria-live="polite">
        {told?.applied ? (
          <Done told={told} />
        ) : (
          told && <Preview told={told} isPending={write.isPending} onApply={() => send(true)} />
        )}
      </div>
    </>
  );
}

function Done({ told }: { told: BadgeImport }) {
  const { added, changed, removed, clouds, refused } = told;
  return (
    <Alert
      color="teal"
      icon={<Icon name="check" />}
      title={`The badges of ${plural(clouds, "cloud")} are changed`}
    >
      {plural(added, "badge")} added, {changed} changed, {removed} removed.
      {refused.length > 0 && ` ${plural(refused.length, "row")} left out.`}{" "}
      <Link to="/clouds">See the clouds</Link>
    </Alert>
  );
}
