// The names that Skywarden's templates give the roles.
export const organizationRoleName = "Skywarden-Harvest-Org-Role";
export const memberRoleName = "Skywarden-Harvest-Member-Role";
