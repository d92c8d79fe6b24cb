// The frame of every batch call: ids checked, each entry acted on, the good told from the bad.
import { AwsFault } from "../../operation.ts";
import { type QueueCall, sqsFault } from "./stored-queue.ts";

export interface Entry {
  Id?: string | undefined;
}

/** The entries of a batch that is none the worse for one bad entry. */
export function batch<E extends Entry>(call: QueueCall, act: (entry: E) => object) {
  const entries = (call.input.Entries ?? []) as E[];
  if (entries.length === 0)
    throw sqsFault(
      "EmptyBatchRequest",
      "There should be at least one SendMessageBatchRequestEntry in the request.",
    );
  if (entries.length > 10)
    throw sqsFault(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  const ids = entries.map(({ Id = "" }) => Id);
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id)))
    throw sqsFault(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  const repeated = ids.find((id, at) => ids.indexOf(id) !== at);
  if (repeated) throw sqsFault("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed: Failed.length ? Failed : [] };
}
