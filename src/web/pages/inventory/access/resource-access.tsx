// The "Access" tab of a resource: who can reach it, what a user or role can do, and its ways to everything.
import type { ResourceDetail } from "../../../nouns.ts";
import { EscalationPaths } from "./escalation-paths.tsx";
import { isPrincipal, isReachable } from "./has-access.ts";
import { WhatCan } from "./what-can.tsx";
import { WhatIf } from "./what-if.tsx";
import { WhoCan } from "./who-can.tsx";

export default function ResourceAccess({ resource }: { resource: ResourceDetail }) {
  return (
    <>
      {isPrincipal(resource.type) && (
        <>
          <EscalationPaths resource={resource} />
          <WhatCan resourceId={resource.id} />
        </>
      )}
      {isReachable(resource.type) && (
        <>
          <WhoCan resource={resource} />
          <WhatIf resource={resource} />
        </>
      )}
    </>
  );
}
