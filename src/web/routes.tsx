// Every page and its URL. Pages are loaded when they are first opened.
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { Frame } from "./parts/frame.tsx";
import { Empty, Failed, Loading } from "./parts/state.tsx";
import { parseSearch, printSearch, type SearchText } from "./search-text.ts";

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
/** Lists: the filter bar's text, the order. */
const listSearch = (search: Record<string, unknown>): SearchText => ({
  filter: text(search.filter),
  sort: text(search.sort),
  full: text(search.full),
  tab: text(search.tab),
});
const cloudSearch = (search: Record<string, unknown>): SearchText => ({
  tab: text(search.tab),
  filter: text(search.filter),
  action: text(search.action),
  region: text(search.region),
});

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: () => (
    <Empty title="There is no such page" action={<Link to="/">Open the overview</Link>}>
      Check the address, or start from the overview.
    </Empty>
  ),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): SearchText => ({ to: text(search.to) }),
  component: lazyRouteComponent(() => import("./pages/sign-in/sign-in.tsx"), "SignIn"),
});
const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Frame });

const overview = createRoute({
  getParentRoute: () => frame,
  path: "/",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./pages/overview/overview.tsx"), "Overview"),
});
const clouds = createRoute({
  getParentRoute: () => frame,
  path: "/clouds",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./pages/clouds/clouds.tsx"), "Clouds"),
});
const addCloud = createRoute({
  getParentRoute: () => frame,
  path: "/clouds/add",
  component: lazyRouteComponent(() => import("./pages/add-cloud/add-cloud.tsx"), "AddCloud"),
});
const importBadges = createRoute({
  getParentRoute: () => frame,
  path: "/clouds/badges",
  component: lazyRouteComponent(() => import("./pages/import-badges/import-badges.tsx"), "ImportBadges"),
});
const cloud = createRoute({
  getParentRoute: () => frame,
  path: "/clouds/$id",
  validateSearch: cloudSearch,
  component: lazyRouteComponent(() => import("./pages/cloud/cloud.tsx"), "CloudPage"),
});
const organizations = createRoute({
  getParentRoute: () => frame,
  path: "/organizations",
  component: lazyRouteComponent(() => import("./pages/organizations/organizations.tsx"), "Organizations"),
});
const addOrganization = createRoute({
  getParentRoute: () => frame,
  path: "/organizations/add",
  component: lazyRouteComponent(
    () => import("./pages/add-organization/add-organization.tsx"),
    "AddOrganization",
  ),
});
const organization = createRoute({
  getParentRoute: () => frame,
  path: "/organizations/$id",
  validateSearch: (search: Record<string, unknown>): SearchText => ({ tab: text(search.tab) }),
  component: lazyRouteComponent(() => import("./pages/organization/organization.tsx"), "OrganizationPage"),
});
const accessProof = createRoute({
  getParentRoute: () => frame,
  path: "/access-proofs/$id",
  component: lazyRouteComponent(() => import("./pages/access-proof/access-proof.tsx"), "AccessProofPage"),
});
const inventory = createRoute({
  getParentRoute: () => frame,
  path: "/inventory",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./pages/inventory/inventory.tsx"), "Inventory"),
});
const resource = createRoute({
  getParentRoute: () => inventory,
  path: "$id",
  component: lazyRouteComponent(() => import("./pages/inventory/resource.tsx"), "ResourceDetail"),
});
const findings = createRoute({
  getParentRoute: () => frame,
  path: "/findings",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./pages/findings/findings.tsx"), "Findings"),
});
const finding = createRoute({
  getParentRoute: () => findings,
  path: "$id",
  component: lazyRouteComponent(() => import("./pages/findings/finding.tsx"), "FindingDetail"),
});
const insights = createRoute({
  getParentRoute: () => frame,
  path: "/insights",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./pages/insights/insights.tsx"), "Insights"),
});
const insight = createRoute({
  getParentRoute: () => insights,
  path: "$id",
  component: lazyRouteComponent(() => import("./pages/insights/insight.tsx"), "InsightDetail"),
});
const compliance = createRoute({
  getParentRoute: () => frame,
  path: "/compliance",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./pages/compliance/compliance.tsx"), "Compliance"),
});
const framework = createRoute({
  getParentRoute: () => frame,
  path: "/compliance/$id",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./pages/compliance/framework.tsx"), "FrameworkPage"),
});
const tryIt = createRoute({
  getParentRoute: () => frame,
  path: "/try",
  component: lazyRouteComponent(() => import("./pages/try/try.tsx"), "TryIt"),
});
/** The API's own name of the thing; links of that form stay good. */
const resources = createRoute({
  getParentRoute: () => frame,
  path: "/resources/$id",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/inventory/$id", params, search: { full: "1" } });
  },
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    frame.addChildren([
      overview,
      clouds,
      addCloud,
      importBadges,
      cloud,
      organizations,
      addOrganization,
      organization,
      accessProof,
      inventory.addChildren([resource]),
      findings.addChildren([finding]),
      insights.addChildren([insight]),
      compliance,
      framework,
      tryIt,
      resources,
    ]),
  ]),
  parseSearch,
  stringifySearch: printSearch,
  defaultPreload: "intent",
  defaultPendingComponent: Loading,
  defaultPendingMs: 200,
  defaultErrorComponent: ({ error, reset }) => (
    <Failed error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
  ),
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
