// What AWS refused lately is not asked again before its time: the remembered error answers instead, so that its gap
// stays. One call a day probes. Knows nothing of where it is remembered.
import type { AwsAnswer, AwsCall, AwsCaller, AwsError } from "#model/aws-call.ts";
import type { DenialChanges, DenialKey, KnownDenial } from "#model/known-denial.ts";
import { type Gap, shortHash } from "#model/resource.ts";
import { sortedJson } from "./canonical.ts";

export interface DenialMemory {
  /** The caller with a memory. */
  remembering(call: AwsCaller): AwsCaller;
  /** When the operation of a gap is asked again; null if nothing keeps it from being asked. */
  nextTryAt(gap: Pick<Gap, "operation">, region: string): Date | null;
  /** Call when no call is under way any more. */
  settle(): DenialChanges;
}

const probeAfterMs = 24 * 3_600_000;
/** So many different ones refused and none allowed: the rest of the listing would be refused too. */
const presumedAfter = 20;
const targetsKept = 500;

/**
 * A lack of permission, and nothing that mends itself within a day: not an expired session, a wrong clock, a service
 * that the account has not signed up for.
 */
const codes = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "AuthorizationErrorException",
  "NotAuthorized",
  "UnauthorizedException",
  "UnauthorizedOperation",
]);

/** All that is known of one operation in one region. */
interface Place {
  /** Everything that was asked was refused. */
  wide: KnownDenial | null;
  targets: Map<string, KnownDenial>;
  /** Since the memory was opened. */
  allowed: number;
  refused: Set<string>;
  probe: Promise<void> | null;
}

export function openDenialMemory(known: readonly KnownDenial[]): DenialMemory {
  const places = new Map<string, Place>();
  for (const denial of known) {
    const place = placeOf(places, `${denial.operation} ${denial.region}`);
    if (denial.target === "") place.wide = denial;
    else place.targets.set(denial.target, denial);
  }
  return {
    remembering: (call) => async (asked) =>
      (await ask(call, asked, placeOf(places, `${operationOf(asked)} ${asked.region}`))) as never,
    nextTryAt({ operation }, region) {
      const isMeant = (name: string) =>
        region === "global" ? name.startsWith(`${operation} `) : name === `${operation} ${region}`;
      const times = [...places]
        .filter(([name]) => isMeant(name))
        .flatMap(([, place]) => denialsOf(place).map(({ nextTryAt }) => nextTryAt.getTime()));
      return times.length === 0 ? null : new Date(Math.max(...times));
    },
    settle() {
      for (const place of places.values()) widenIfAllRefused(place, 1);
      const now = [...places.values()].flatMap(denialsOf);
      const names = new Set(now.map(nameOf));
      return {
        denied: now.filter((denial) => !known.includes(denial)),
        lifted: known.filter((denial) => !names.has(nameOf(denial))),
      };
    },
  };
}

async function ask(call: AwsCaller, asked: AwsCall, place: Place): Promise<AwsAnswer> {
  for (;;) {
    const withheld = withheldBy(place, asked);
    if (withheld) return withheld;
    if (place.wide === null) return observe(place, asked, await call(asked));
    if (place.probe === null) return probe(call, asked, place);
    // The others wait for what the one that probes is told.
    await place.probe;
  }
}

async function probe(call: AwsCaller, asked: AwsCall, place: Place): Promise<AwsAnswer> {
  const answer = call(asked).then((told) => observe(place, asked, told));
  place.probe = answer.then(nothing, nothing);
  try {
    return await answer;
  } finally {
    place.probe = null;
  }
}

const nothing = () => undefined;

function withheldBy({ wide, targets }: Place, asked: AwsCall): AwsAnswer | null {
  const now = new Date();
  const denial = wide ?? (targets.size > 0 ? targets.get(targetOf(asked)) : undefined);
  if (!denial || denial.nextTryAt <= now) return null;
  const { code, message, deniedBy } = denial;
  const error: AwsError = { code, message, status: null, requestId: null, reason: "denied" };
  return { ok: false, error: deniedBy ? { ...error, deniedBy } : error, sentAt: now, attempts: 0 };
}

function observe(place: Place, asked: AwsCall, answer: AwsAnswer): AwsAnswer {
  if (answer.ok) {
    place.allowed += 1;
    place.wide = null;
    if (place.targets.size > 0) place.targets.delete(targetOf(asked));
  } else if (answer.error.reason === "denied" && codes.has(answer.error.code)) {
    const target = targetOf(asked);
    place.refused.add(target);
    const denial = denialOf(asked, answer.error, place.wide ?? place.targets.get(target));
    if (place.wide) place.wide = { ...denial, target: "" };
    else if (place.targets.size < targetsKept) place.targets.set(target, denial);
    widenIfAllRefused(place, presumedAfter);
  }
  return answer;
}

/** What the policy of one bucket or key refuses says nothing of the others. */
function widenIfAllRefused(place: Place, atLeast: number): void {
  if (place.wide || place.allowed > 0 || place.refused.size < atLeast) return;
  const general = [...place.targets.values()].find(
    ({ target, deniedBy }) => place.refused.has(target) && deniedBy?.layer !== "resource",
  );
  if (!general) return;
  place.wide = { ...general, target: "" };
  place.targets.clear();
}

function denialOf(asked: AwsCall, error: AwsError, earlier: KnownDenial | undefined): KnownDenial {
  const now = new Date();
  return {
    operation: operationOf(asked),
    region: asked.region,
    target: targetOf(asked),
    code: error.code,
    message: error.message,
    deniedBy: error.deniedBy ?? null,
    since: earlier?.since ?? now,
    triedAt: now,
    nextTryAt: new Date(now.getTime() + probeAfterMs),
  };
}

function placeOf(places: Map<string, Place>, name: string): Place {
  let place = places.get(name);
  if (!place) {
    place = { wide: null, targets: new Map(), allowed: 0, refused: new Set(), probe: null };
    places.set(name, place);
  }
  return place;
}

const denialsOf = ({ wide, targets }: Place) => [...(wide ? [wide] : []), ...targets.values()];
const operationOf = ({ client, operation }: AwsCall) => `${client}:${operation}`;
const targetOf = ({ input }: AwsCall) => shortHash([sortedJson(input)]);
const nameOf = ({ operation, region, target }: DenialKey) => `${operation} ${region} ${target}`;
