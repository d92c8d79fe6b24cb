// How a cloud's status came to be what it is: each change with its reason, newest first.
import { Button } from "@mantine/core";
import { listStatusHistory } from "#contract/cloud-problem.ts";
import { CloudStateMark } from "../../parts/mark.tsx";
import { Reason } from "../../parts/reason.tsx";
import { Empty, Failed, Loading } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { usePages } from "../../queries.ts";
import css from "./cloud.module.css";

const pageRows = 50;

export function StatusHistory({ cloudId }: { cloudId: string }) {
  const source = usePages(listStatusHistory, { params: { id: cloudId }, query: { limit: pageRows } });
  if (source.data === undefined)
    return source.error ? <Failed error={source.error} onRetry={() => void source.refetch()} /> : <Loading />;
  const changes = source.data.pages.flatMap((page) => page.items);
  if (changes.length === 0)
    return <Empty title="Nothing has changed">Changes of the status are kept for 400 days.</Empty>;
  return (
    <>
      <ol className={css.history} aria-label="Changes of the status, newest first">
        {changes.map(({ id, at, from, to, code, reason }) => (
          <li key={id}>
            <Time at={at} />
            <span className={css.change}>
              {from !== null && from !== to && (
                <>
                  <span className="muted">
                    <CloudStateMark state={from} />
                  </span>
                  <span className="muted" aria-hidden="true">
                    →
                  </span>
                  <span className="offscreen">became</span>
                </>
              )}
              <CloudStateMark state={to} />
            </span>
            <span className={css.because}>
              {reason !== null && <Reason text={reason} />}{" "}
              {code !== null && <span className="mono muted">{code}</span>}
            </span>
          </li>
        ))}
      </ol>
      {source.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={source.isFetchingNextPage}
          onClick={() => void source.fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  );
}
