// What can be done with several selected clouds at once; each says how many it touches.
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { listJobs } from "#contract/activity.ts";
import { listClouds, startHarvest } from "#contract/cloud.ts";
import { changeCloud } from "#contract/single-cloud.ts";
import { dormantStates } from "#model/cloud.ts";
import { call } from "../../call.ts";
import type { Cloud } from "../../nouns.ts";
import { plural } from "../../parts/number.ts";
import { useMay } from "../../queries.ts";

export function CloudBulk({ clouds, onDone }: { clouds: Cloud[]; onDone: () => void }) {
  const client = useQueryClient();
  const mayWrite = useMay("clouds:write");
  const [isBusy, setBusy] = useState(false);
  const pausable = clouds.filter((cloud) => !dormantStates.includes(cloud.status.state));
  const paused = clouds.filter((cloud) => cloud.status.state === "paused");

  /** One after the other: what failed is named, the rest still happens. */
  const forEach = async (targets: Cloud[], verb: string, act: (cloud: Cloud) => Promise<unknown>) => {
    setBusy(true);
    const failed: string[] = [];
    for (const cloud of targets) {
      await act(cloud).catch((error: Error) => failed.push(`${cloud.name}: ${error.message}`));
    }
    await Promise.all(
      [listClouds, listJobs].map(({ name }) => client.invalidateQueries({ queryKey: [name] })),
    );
    setBusy(false);
    notifications.show({
      title: `${verb} ${plural(targets.length - failed.length, "cloud")}`,
      message: failed.length > 0 ? failed.slice(0, 3).join("; ") : null,
      color: failed.length > 0 ? "red" : "teal",
    });
    onDone();
  };

  return (
    <>
      <Button
        loading={isBusy}
        onClick={() =>
          void forEach(clouds, "Harvest started for", (cloud) =>
            call(startHarvest, { params: { id: cloud.id } }),
          )
        }
      >
        Harvest {clouds.length}
      </Button>
      {mayWrite && pausable.length > 0 && (
        <Button
          variant="default"
          loading={isBusy}
          onClick={() =>
            void forEach(pausable, "Paused", (cloud) =>
              call(changeCloud, { params: { id: cloud.id }, body: { paused: true } }),
            )
          }
        >
          Pause {pausable.length}
        </Button>
      )}
      {mayWrite && paused.length > 0 && (
        <Button
          variant="default"
          loading={isBusy}
          onClick={() =>
            void forEach(paused, "Resumed", (cloud) =>
              call(changeCloud, { params: { id: cloud.id }, body: { paused: false } }),
            )
          }
        >
          Resume {paused.length}
        </Button>
      )}
    </>
  );
}
