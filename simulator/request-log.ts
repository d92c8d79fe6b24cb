// Counts of the requests answered, by service, operation, account, region and outcome, for call-budget tests.

export interface Counted {
  service: string;
  operation: string;
  accountId: string;
  region: string;
  /** "ok" or the error's code. */
  outcome: string;
}

export interface RequestLog {
  add(request: Counted): void;
  /** Summed over all fields that `by` leaves out. */
  counts(by?: (keyof Counted)[]): { total: number; counts: (Partial<Counted> & { count: number })[] };
  clear(): void;
}

const fields: (keyof Counted)[] = ["service", "operation", "accountId", "region", "outcome"];
const keptRows = 50_000;

export function openRequestLog(): RequestLog {
  const rows = new Map<string, number>();
  const add = (request: Counted): void => {
    const { service, operation, accountId, region, outcome } = request;
    const key = `${service}|${operation}|${accountId}|${region}|${outcome}`;
    const count = rows.get(key);
    // Past the bound the account is no longer told apart.
    if (count === undefined && rows.size >= keptRows && request.accountId !== "*")
      add({ ...request, accountId: "*" });
    else rows.set(key, (count ?? 0) + 1);
  };
  return {
    add,
    counts(by = fields) {
      const sums = new Map<string, Partial<Counted> & { count: number }>();
      let total = 0;
      for (const [key, count] of rows) {
        const values = key.split("|");
        const picked = fields.flatMap((field, at) => (by.includes(field) ? [[field, values[at]]] : []));
        const sumKey = JSON.stringify(picked);
        const sum = sums.get(sumKey) ?? { ...Object.fromEntries(picked), count: 0 };
        sum.count += count;
        total += count;
        sums.set(sumKey, sum);
      }
      return { total, counts: [...sums.values()] };
    },
    clear: () => rows.clear(),
  };
}
