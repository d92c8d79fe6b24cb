// Which function keeps which promise of the contract: the compiler refuses a missing or a wrong one.
import type * as accessContract from "#contract/access.ts";
import type * as activityContract from "#contract/activity.ts";
import type * as badgeContract from "#contract/badge.ts";
import type * as cloudContract from "#contract/cloud.ts";
import type * as problemContract from "#contract/cloud-problem.ts";
import type * as cloudRoleContract from "#contract/cloud-role.ts";
import type * as demoContract from "#contract/demo.ts";
import type * as externalIdContract from "#contract/external-id.ts";
import type * as inventoryContract from "#contract/inventory.ts";
import type * as leavingContract from "#contract/leaving.ts";
import type * as organizationContract from "#contract/organization.ts";
import type * as permissionContract from "#contract/permission.ts";
import type * as platformContract from "#contract/platform.ts";
import type { Route } from "#contract/route.ts";
import type * as sessionContract from "#contract/session.ts";
import type * as singleCloudContract from "#contract/single-cloud.ts";
import type * as strategyContract from "#contract/strategy.ts";
import type * as templateContract from "#contract/template.ts";
import type * as templateCopyContract from "#contract/template-copy.ts";
import type { RouteFunction } from "./context.ts";
import * as access from "./routes/access.ts";
import * as activity from "./routes/activity.ts";
import * as badges from "./routes/badges.ts";
import * as cloudProblems from "./routes/cloud-problems.ts";
import * as cloudRoles from "./routes/cloud-roles.ts";
import * as clouds from "./routes/clouds.ts";
import * as demo from "./routes/demo.ts";
import * as externalId from "./routes/external-id.ts";
import * as findings from "./routes/findings.ts";
import * as inventory from "./routes/inventory.ts";
import * as leaving from "./routes/leaving.ts";
import * as organizations from "./routes/organizations.ts";
import * as acknowledgements from "./routes/permission-acknowledgements.ts";
import * as permissions from "./routes/permissions.ts";
import * as platform from "./routes/platform.ts";
import * as session from "./routes/session.ts";
import * as singleClouds from "./routes/single-clouds.ts";
import * as strategies from "./routes/strategies.ts";
import * as templateCopies from "./routes/template-copies.ts";
import * as tenants from "./routes/tenants.ts";
import * as users from "./routes/users.ts";

type Contract = typeof sessionContract &
  typeof leavingContract &
  typeof externalIdContract &
  typeof organizationContract &
  typeof platformContract &
  typeof badgeContract &
  typeof cloudContract &
  typeof cloudRoleContract &
  typeof permissionContract &
  typeof problemContract &
  typeof singleCloudContract &
  typeof strategyContract &
  typeof templateContract &
  typeof templateCopyContract &
  typeof inventoryContract &
  typeof accessContract &
  typeof activityContract &
  typeof demoContract;

/** The event stream is answered by the server itself. */
type Functions = {
  [Name in keyof Contract as Contract[Name] extends Route ? Name : never]: Contract[Name] extends Route
    ? RouteFunction<Contract[Name]>
    : never;
};

export const functions: Functions = {
  signIn: session.signIn,
  signOut: session.signOut,
  getMe: session.readMe,
  listUsers: users.listUsers,
  createUser: users.createUser,
  changeUser: users.changeUser,
  removeUser: users.removeUser,
  listApiKeys: users.listApiKeys,
  createApiKey: users.createApiKey,
  removeApiKey: users.removeApiKey,
  listTenants: tenants.listTenants,
  createTenant: tenants.createTenant,
  changeTenant: tenants.changeTenant,
  removeTenant: tenants.removeTenant,
  getExternalId: externalId.getExternalId,
  getRotation: externalId.getRotation,
  startRotation: externalId.startRotation,
  checkRotation: externalId.checkRotation,
  finishRotation: externalId.finishRotation,
  abortRotation: externalId.abortRotation,
  getPlatformIdentity: platform.getPlatformIdentity,
  putPlatformKey: platform.putPlatformKey,
  removePlatformKey: platform.removePlatformKey,
  getTemplate: organizations.getTemplate,
  listTemplateCopies: templateCopies.listTemplateCopies,
  recordTemplateCopies: templateCopies.recordTemplateCopies,
  getTemplateLinks: templateCopies.getTemplateLinks,
  validateOrganization: organizations.validateOrganization,
  validateOrganizationChange: organizations.validateOrganizationChange,
  createOrganization: organizations.createOrganization,
  listOrganizations: organizations.listOrganizations,
  getOrganization: organizations.getOrganization,
  changeOrganization: organizations.changeOrganization,
  removeOrganization: leaving.removeOrganization,
  proveNoAccess: leaving.proveNoAccess,
  listAccessProofs: leaving.listAccessProofs,
  getAccessProof: leaving.getAccessProof,
  listAccessProofRoles: leaving.listAccessProofRoles,
  repeatAccessProof: leaving.repeatAccessProof,
  endAccessProof: leaving.endAccessProof,
  rollBackOrganization: leaving.rollBackOrganization,
  rollBackCloud: leaving.rollBackCloud,
  getSyncPreview: organizations.getSyncPreview,
  syncOrganization: organizations.syncOrganization,
  listClouds: clouds.listClouds,
  getCloud: clouds.getCloud,
  createCloud: singleClouds.createCloud,
  validateCloud: singleClouds.validateCloud,
  testCloud: singleClouds.testCloud,
  changeCloud: singleClouds.changeCloud,
  removeCloud: clouds.removeCloud,
  listBadgeValues: badges.listBadgeValues,
  importBadges: badges.importBadges,
  exportBadges: badges.exportBadges,
  listCloudProblems: cloudProblems.listCloudProblems,
  checkCloudProblem: cloudProblems.checkCloudProblem,
  listStatusHistory: cloudProblems.listStatusHistory,
  listBadges: clouds.listBadges,
  replaceBadges: clouds.replaceBadges,
  addBadge: clouds.addBadge,
  removeBadge: clouds.removeBadge,
  getHarvest: clouds.getHarvest,
  startHarvest: clouds.startHarvest,
  getCloudRole: cloudRoles.getCloudRole,
  acceptRoleDrift: cloudRoles.acceptRoleDrift,
  getOrganizationRoles: cloudRoles.getOrganizationRoles,
  listPermissions: permissions.listPermissions,
  summarizePermissions: permissions.summarizePermissions,
  summarizeOrganizationPermissions: permissions.summarizeOrganizationPermissions,
  acknowledgePermission: acknowledgements.acknowledgePermission,
  withdrawAcknowledgement: acknowledgements.withdrawAcknowledgement,
  acknowledgePermissionProblem: acknowledgements.acknowledgePermissionProblem,
  withdrawProblemAcknowledgement: acknowledgements.withdrawProblemAcknowledgement,
  listStrategies: strategies.listStrategies,
  createStrategy: strategies.createStrategy,
  changeStrategy: strategies.changeStrategy,
  removeStrategy: strategies.removeStrategy,
  listResources: inventory.listResources,
  searchResources: inventory.searchResources,
  getResource: inventory.getResource,
  getResourceAccess: access.getResourceAccess,
  previewResourceAccess: access.previewResourceAccess,
  getResourcePermissions: access.getResourcePermissions,
  getEscalationPaths: access.getEscalationPaths,
  listResourceTypes: inventory.listResourceTypes,
  listFindings: findings.listFindings,
  getFinding: findings.getFinding,
  listInsights: inventory.listInsights,
  getInsight: inventory.getInsight,
  listFrameworks: inventory.listFrameworks,
  listJobs: activity.listJobs,
  getJob: activity.getJob,
  cancelJob: activity.cancelJob,
  listAuditEvents: activity.listAuditEvents,
  streamEvents: activity.streamEvents,
  getSummary: activity.getSummary,
  getDemo: demo.getDemo,
  takeDemoStep: demo.takeDemoStep,
};
