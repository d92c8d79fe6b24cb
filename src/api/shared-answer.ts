// An answer that costs seconds is made once for all who ask for it meanwhile, and kept for a multiple of what it cost:
// however many look, it takes a small share of the process. It must say itself when it was made.
import { LRUCache } from "lru-cache";

/** What costs less is made anew each time. */
const cheapMs = 500;
/** At most a twentieth of the time goes into making it. */
const timesItsCost = 20;
const longestMs = 5 * 60_000;
const keptAnswers = 200;

type Make = () => Promise<object>;

const cacheOf = new WeakMap<object, LRUCache<string, object, Make>>();

/** `key` names all that the answer depends on and that must be seen at once, the tenant above all. */
export async function sharedAnswer<Answer extends object>(
  server: object,
  key: string,
  make: () => Promise<Answer>,
): Promise<Answer> {
  const cache = cacheOf.get(server) ?? openCache();
  cacheOf.set(server, cache);
  return (await cache.forceFetch(key, { context: make })) as Answer;
}

function openCache(): LRUCache<string, object, Make> {
  return new LRUCache<string, object, Make>({
    max: keptAnswers,
    async fetchMethod(_key, _stale, { options, context: make }) {
      const startedAt = performance.now();
      const answer = await make();
      const tookMs = performance.now() - startedAt;
      options.ttl = tookMs < cheapMs ? 1 : Math.min(longestMs, tookMs * timesItsCost);
      return answer;
    },
    // Made for somebody, even where it cannot be kept.
    ignoreFetchAbort: true,
  });
}
