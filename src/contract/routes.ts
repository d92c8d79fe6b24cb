// Every route of the API, in the order of the documentation. The server refuses to start when one
// of them has no function, and a test names it.
import * as access from "./access.ts";
import * as activity from "./activity.ts";
import * as badge from "./badge.ts";
import * as cloud from "./cloud.ts";
import * as cloudProblem from "./cloud-problem.ts";
import * as cloudRole from "./cloud-role.ts";
import * as demo from "./demo.ts";
import * as externalId from "./external-id.ts";
import * as inventory from "./inventory.ts";
import * as leaving from "./leaving.ts";
import * as organization from "./organization.ts";
import * as permission from "./permission.ts";
import * as platform from "./platform.ts";
import type { Route } from "./route.ts";
import * as session from "./session.ts";
import * as singleCloud from "./single-cloud.ts";
import * as strategy from "./strategy.ts";
import * as template from "./template.ts";
import * as templateCopy from "./template-copy.ts";

function isRoute(value: unknown): value is Route {
  return (
    typeof value === "object" &&
    value !== null &&
    "method" in value &&
    "path" in value &&
    "permission" in value
  );
}

export const routes: Route[] = [
  externalId,
  session,
  leaving,
  organization,
  platform,
  badge,
  cloud,
  cloudRole,
  permission,
  cloudProblem,
  singleCloud,
  strategy,
  template,
  templateCopy,
  inventory,
  access,
  activity,
  demo,
].flatMap((noun) => Object.values(noun).filter(isRoute));
