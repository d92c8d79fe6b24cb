// A missing permission that a person calls known (S47): the form, who has done so, and the way back.
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useId, useState } from "react";
import {
  acknowledgePermission,
  acknowledgePermissionProblem,
  listPermissions,
  summarizePermissions,
  withdrawAcknowledgement,
  withdrawProblemAcknowledgement,
} from "#contract/permission.ts";
import type { CallFailed } from "../../../call.ts";
import type { PermissionProblem, PermissionRow } from "../../../nouns.ts";
import { plural, whole } from "../../../parts/number.ts";
import { Part } from "../../../parts/permission/judgement.tsx";
import { Loaded } from "../../../parts/state.tsx";
import { tellFailure } from "../../../parts/tell.tsx";
import { Time } from "../../../parts/time.tsx";
import { useMay, useRead, useWrite } from "../../../queries.ts";
import css from "./cloud-permissions.module.css";

const touches = [summarizePermissions, listPermissions];
type Known = NonNullable<PermissionRow["acknowledgement"]>;

interface ProblemProps {
  cloudId: string;
  problem: PermissionProblem;
}
export function AcknowledgeProblem({ cloudId, problem }: ProblemProps) {
  const { id, rows, acknowledged } = problem;
  const params = { id: cloudId, problem: id };
  const save = useWrite(acknowledgePermissionProblem, touches);
  const takeBack = useWrite(withdrawProblemAcknowledgement, touches);
  const mayWrite = useMay("clouds:write");
  if (acknowledged === 0 && !mayWrite) return null;
  return (
    <div className={css.acknowledge}>
      <Part title="Known and accepted">
        {acknowledged > 0 && <ProblemNotes cloudId={cloudId} problem={problem} />}
        {mayWrite && acknowledged > 0 && (
          <Button
            variant="default"
            loading={takeBack.isPending}
            onClick={() => takeBack.mutate({ params }, { onError: tellFailure })}
          >
            Take it back
          </Button>
        )}
        {mayWrite && acknowledged < rows && (
          <AcknowledgeForm
            what={plural(rows, "permission")}
            isPending={save.isPending}
            onSave={(known, onError) => save.mutate({ params, body: known }, { onError })}
          />
        )}
      </Part>
    </div>
  );
}

/** At most so many rows are looked through for notes. */
const rowsRead = 1000;

function ProblemNotes({ cloudId, problem: { id, rows, acknowledged } }: ProblemProps) {
  const read = useRead(listPermissions, {
    params: { id: cloudId },
    query: { problem: id, limit: rowsRead },
  });
  return (
    <>
      <p>
        {acknowledged === rows ? "All" : `${whole(acknowledged)} of`} {plural(rows, "permission")} of this
        problem {acknowledged === 1 ? "is" : "are"} called known:
      </p>
      <Loaded read={read} rows={1}>
        {({ items }) => {
          const notes = new Map(
            items.flatMap(({ acknowledgement: one }) =>
              one === null ? [] : [[`${one.by} ${one.note} ${one.until}`, one] as const],
            ),
          );
          return [...notes].map(([key, known]) => <Note key={key} known={known} />);
        }}
      </Loaded>
    </>
  );
}

function Note({ known: { note, by, at, until } }: { known: Known }) {
  return (
    <p className={css.note}>
      {note}
      <br />
      <span className="muted">
        {by}, <Time at={at} />
        {until === null ? ", without an end" : `, until ${until.slice(0, 10)}`}
      </span>
    </p>
  );
}

interface RowProps {
  cloudId: string;
  row: PermissionRow;
}
export function AcknowledgeRow({ cloudId, row: { region, action, acknowledgement } }: RowProps) {
  const place = { region, action };
  const save = useWrite(acknowledgePermission, touches);
  const takeBack = useWrite(withdrawAcknowledgement, touches);
  const mayWrite = useMay("clouds:write");
  if (acknowledgement === null && !mayWrite) return null;
  return (
    <Part title="Known and accepted">
      {acknowledgement !== null && <Note known={acknowledgement} />}
      {mayWrite &&
        (acknowledgement === null ? (
          <AcknowledgeForm
            what="this permission"
            isPending={save.isPending}
            onSave={(known, onError) =>
              save.mutate({ params: { id: cloudId }, body: { ...place, ...known } }, { onError })
            }
          />
        ) : (
          <Button
            variant="default"
            loading={takeBack.isPending}
            onClick={() =>
              takeBack.mutate({ params: { id: cloudId }, query: place }, { onError: tellFailure })
            }
          >
            Take it back
          </Button>
        ))}
    </Part>
  );
}

interface FormProps {
  what: string;
  isPending: boolean;
  onSave: (known: { note: string; until: string | null }, onError: (error: CallFailed) => void) => void;
}
function AcknowledgeForm({ what, isPending, onSave }: FormProps) {
  const id = useId();
  const [note, setNote] = useState("");
  const [until, setUntil] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (note.trim() === "") {
      setError("Say why it may stay as it is");
      document.getElementById(id)?.focus();
      return;
    }
    // The day itself still counts.
    onSave({ note: note.trim(), until: until === "" ? null : `${until}T23:59:59.000Z` }, (failure) =>
      setError(failure.errors[0]?.detail ?? failure.message),
    );
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <TextInput
        id={id}
        size="xs"
        className={css.noteField}
        label="Why it may stay as it is"
        placeholder="The company allows this region to nobody"
        maxLength={2000}
        value={note}
        error={error}
        onChange={(event) => {
          setNote(event.currentTarget.value);
          setError(null);
        }}
      />
      <TextInput
        size="xs"
        type="date"
        label="Until (optional)"
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={isPending}>
        Call {what} known
      </Button>
    </form>
  );
}
