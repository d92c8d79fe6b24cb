// One event stream for all tabs. A browser opens six connections to a host (HTTP/1.1); a stream in each
// tab would use them up, and the seventh tab would load nothing. The tab that holds the lock listens and
// tells the others.
import { streamEvents } from "#contract/activity.ts";
import { urlOf } from "./call.ts";

interface Stream {
  isOpen: () => boolean;
  close: () => void;
}

const name = "skywarden.stream";

export function openStream(kinds: string[], tell: (kind: string) => void): Stream {
  const channel = new BroadcastChannel(name);
  const ended = new AbortController();
  let source: EventSource | undefined;
  // Another tab's stream is as good as our own; that it breaks is covered by polling.
  let isFollowing = true;
  channel.addEventListener("message", (event: MessageEvent<string>) => tell(event.data));
  const listen = () => {
    isFollowing = false;
    source = new EventSource(urlOf(streamEvents));
    for (const kind of kinds) {
      source.addEventListener(kind, () => {
        tell(kind);
        channel.postMessage(kind);
      });
    }
  };
  whenFirst(ended.signal, listen);
  return {
    isOpen: () => isFollowing || source?.readyState === EventSource.OPEN,
    close: () => {
      source?.close();
      channel.close();
      ended.abort();
    },
  };
}

/** Runs when no other tab listens, and stays first until the signal ends it. */
function whenFirst(signal: AbortSignal, listen: () => void): void {
  // Locks exist only where the page came over https or from this machine; elsewhere each tab listens for itself.
  if (!("locks" in navigator)) {
    listen();
    return;
  }
  const held = async () => {
    if (signal.aborted) return;
    listen();
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  };
  navigator.locks.request(name, { signal }, held).catch((reason: unknown) => {
    // Leaving while it waited is no failure.
    if (!signal.aborted) throw reason;
  });
}
