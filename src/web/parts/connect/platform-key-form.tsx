// The key that is the installation's identity in a partition where its host is not. Stands inside other forms, so it
// is no form element itself; its secret is in no draft.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { getPlatformIdentity, putPlatformKey, removePlatformKey } from "#contract/platform.ts";
import { type PartitionName, partitionTitles } from "#model/partition.ts";
import type { CallFailed } from "../../call.ts";
import { useWrite } from "../../queries.ts";
import { ConfirmRemoval } from "../confirm-removal.tsx";
import { placeErrors } from "../field-errors.ts";
import { plural } from "../number.ts";
import { Refused } from "../refused.tsx";
import { tellFailure } from "../tell.tsx";
import { KeyFields } from "./access-fields.tsx";
import css from "./connect.module.css";

const fields = ["accessKeyId", "secretAccessKey", "roleArn"];

interface PlatformKeyFormProps {
  partition: PartitionName;
  storedKeyId: string | null;
  onClose: () => void;
}
export function PlatformKeyForm({ partition, storedKeyId, onClose }: PlatformKeyFormProps) {
  const title = partitionTitles[partition];
  const store = useWrite(putPlatformKey, [getPlatformIdentity]);
  const [unplaced, setUnplaced] = useState<CallFailed | null>(null);
  const form = useForm({
    initialValues: { accessKeyId: storedKeyId ?? "", secretAccessKey: "", roleArn: "" },
  });
  const save = () => {
    const { accessKeyId, secretAccessKey, roleArn } = form.values;
    const body = {
      accessKeyId: accessKeyId.trim(),
      secretAccessKey: secretAccessKey.trim() || null,
      roleArn: roleArn.trim() || null,
    };
    form.clearErrors();
    setUnplaced(null);
    store.mutate(
      { params: { partition }, body },
      {
        onSuccess: onClose,
        onError: (error) => setUnplaced(placeErrors(form, error.errors, fields) ? null : error),
      },
    );
  };
  return (
    <fieldset className={css.platformKey}>
      <legend className={css.label}>Platform key for {title}</legend>
      <p className={css.under}>
        Of an IAM user in an account of yours in {title}. Skywarden makes all calls there with it, for all
        tenants. Best let the user do nothing but assume the role that you name below.
      </p>
      <KeyFields form={form} storedKeyId={storedKeyId} whose="Platform" />
      <TextInput
        label="Platform role that the key assumes"
        description="The roles of accounts will trust it. Without one they trust the key's user."
        placeholder={`arn:${partition}:iam::111111111111:role/Skywarden-Install-Role`}
        classNames={{ input: "mono" }}
        spellCheck={false}
        {...form.getInputProps("roleArn")}
      />
      {unplaced && <Refused error={unplaced} />}
      <div className={css.links}>
        <Button onClick={save} loading={store.isPending}>
          Try and store the key
        </Button>
        <Button variant="subtle" color="gray" onClick={onClose}>
          Discard
        </Button>
        {storedKeyId !== null && <RemovePlatformKey partition={partition} onClose={onClose} />}
      </div>
    </fieldset>
  );
}

function RemovePlatformKey({ partition, onClose }: { partition: PartitionName; onClose: () => void }) {
  const preview = useWrite(removePlatformKey, []);
  const remove = useWrite(removePlatformKey, [getPlatformIdentity]);
  const [isOpen, setOpen] = useState(false);
  const params = { partition };
  const { clouds = 0, organizations = 0 } = preview.data ?? {};
  return (
    <>
      <Button
        variant="default"
        color="red"
        loading={preview.isPending}
        onClick={() =>
          preview.mutate(
            { params, query: { preview: true } },
            { onSuccess: () => setOpen(true), onError: tellFailure },
          )
        }
      >
        Preview removal
      </Button>
      <ConfirmRemoval
        name={partition}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        label="Remove the platform key"
        isPending={remove.isPending}
        onConfirm={() => remove.mutate({ params, query: {} }, { onSuccess: onClose, onError: tellFailure })}
      >
        <p>
          Without it, {plural(clouds, "cloud")} and {plural(organizations, "organization")} of{" "}
          {partitionTitles[partition]} can no longer be read, as far as they have no key of their own. Delete
          the key at AWS, too.
        </p>
      </ConfirmRemoval>
    </>
  );
}
