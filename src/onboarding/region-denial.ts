// Statements of a service control policy that deny by aws:RequestedRegion. Pure; it names what may stand in the
// way and decides nothing: conditions of other keys are not evaluated, only told.
import { fitsLowered } from "#rules/glob.ts";

export interface RegionDenial {
  /** Regions that are spared; null: `denied` names what is not. */
  allowed: string[] | null;
  denied: string[];
  /** The statement has other conditions besides, which may spare some callers. */
  isNarrowed: boolean;
  /** Without those other conditions. */
  denies(action: string, region: string): boolean;
}

interface Statement {
  Effect?: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** None of a text that is no policy. */
export function regionDenials(document: string): RegionDenial[] {
  return statementsOf(document).flatMap((statement) => {
    if (statement.Effect !== "Deny") return [];
    const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key: key.toLowerCase(), values })),
    );
    const own = conditions.filter(({ key }) => key === "aws:requestedregion");
    const [first] = own;
    if (!first) return [];
    const isSparing = /^StringNot(Equals|Like)/i.test(first.operator);
    if (!isSparing && !/^String(Equals|Like)/i.test(first.operator)) return [];
    const regions = [first.values].flat();
    const isNamed = (region: string) => regions.some((glob) => fitsLowered(region, glob));
    return [
      {
        allowed: isSparing ? regions : null,
        denied: isSparing ? [] : regions,
        isNarrowed: conditions.length > 1,
        denies: (action, region) => covers(statement, action) && isNamed(region) !== isSparing,
      },
    ];
  });
}

function covers({ Action, NotAction }: Statement, action: string): boolean {
  const globs = [Action ?? NotAction ?? []].flat();
  return globs.some((glob) => fitsLowered(action.toLowerCase(), glob)) === (Action !== undefined);
}

function statementsOf(document: string): Statement[] {
  try {
    const { Statement = [] } = JSON.parse(document) as { Statement?: Statement | Statement[] };
    return [Statement].flat();
  } catch {
    // AWS keeps no such policy; a warning would speak of nothing that anybody could mend.
    return [];
  }
}
