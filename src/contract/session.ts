// Sign-in, who am I, users, API keys, tenants.
import Type from "typebox";
import { roles } from "#model/cloud.ts";
import {
  defineRoute,
  idParams,
  instant,
  listOf,
  literals,
  nothing,
  nullable,
  paging,
  queryOf,
} from "./route.ts";

const email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: "^[^@\\s]+@[^@\\s]+$",
  description: "an e-mail address such as name@example.org",
});
const password = Type.String({ minLength: 12, maxLength: 1024 });
const role = literals(roles);

export const me = Type.Object({
  userId: nullable(Type.String()),
  email: nullable(Type.String()),
  role,
  tenantId: Type.String(),
  tenantName: Type.String(),
  /** True when the installation runs against the simulator. */
  simulated: Type.Boolean(),
  /** True when there is a simulated world to change, and this person may. */
  tryIt: Type.Boolean(),
  version: Type.String(),
});

export const signIn = defineRoute({
  name: "signIn",
  method: "POST",
  path: "/session",
  summary: "Sign in; sets the session cookie",
  permission: null,
  body: Type.Object(
    {
      email: Type.String({ minLength: 1, maxLength: 254 }),
      password: Type.String({ minLength: 1, maxLength: 1024 }),
    },
    { additionalProperties: false },
  ),
  response: me,
});
export const signOut = defineRoute({
  name: "signOut",
  method: "DELETE",
  path: "/session",
  summary: "Sign out",
  permission: "self",
  response: nothing,
  status: 204,
});
export const getMe = defineRoute({
  name: "getMe",
  method: "GET",
  path: "/me",
  summary: "Who am I",
  permission: "self",
  response: me,
});

export const user = Type.Object({
  id: Type.String(),
  email: Type.String(),
  role,
  createdAt: instant,
  lastSignInAt: nullable(instant),
});
export const listUsers = defineRoute({
  name: "listUsers",
  method: "GET",
  path: "/users",
  summary: "Users of the tenant",
  permission: "users:read",
  query: queryOf(paging),
  response: listOf(user),
});
export const createUser = defineRoute({
  name: "createUser",
  method: "POST",
  path: "/users",
  summary: "Add a user",
  permission: "users:write",
  body: Type.Object({ email, password, role }, { additionalProperties: false }),
  response: user,
  status: 201,
});
export const changeUser = defineRoute({
  name: "changeUser",
  method: "PATCH",
  path: "/users/:id",
  summary: "Change a user's role or password",
  permission: "users:write",
  params: idParams,
  body: Type.Object(
    { role: Type.Optional(role), password: Type.Optional(password) },
    { additionalProperties: false },
  ),
  response: user,
});
export const removeUser = defineRoute({
  name: "removeUser",
  method: "DELETE",
  path: "/users/:id",
  summary: "Remove a user; its sessions and keys end",
  permission: "users:write",
  params: idParams,
  response: nothing,
  status: 204,
});

export const apiKey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role,
  createdAt: instant,
  expiresAt: nullable(instant),
  lastUsedAt: nullable(instant),
});
export const listApiKeys = defineRoute({
  name: "listApiKeys",
  method: "GET",
  path: "/api-keys",
  summary: "API keys of the tenant, without the keys themselves",
  permission: "api-keys:write",
  query: queryOf(paging),
  response: listOf(apiKey),
});
export const createApiKey = defineRoute({
  name: "createApiKey",
  method: "POST",
  path: "/api-keys",
  summary: "Make an API key; it is shown this once",
  permission: "api-keys:write",
  body: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 100 }),
      role: Type.Optional(role),
      expiresAt: Type.Optional(nullable(instant)),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ id: Type.String(), key: Type.String() }),
  status: 201,
});
export const removeApiKey = defineRoute({
  name: "removeApiKey",
  method: "DELETE",
  path: "/api-keys/:id",
  summary: "End an API key",
  permission: "api-keys:write",
  params: idParams,
  response: nothing,
  status: 204,
});

export const tenant = Type.Object({ id: Type.String(), name: Type.String(), createdAt: instant });
const tenantForm = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 100 }) },
  { additionalProperties: false },
);
export const listTenants = defineRoute({
  name: "listTenants",
  method: "GET",
  path: "/tenants",
  summary: "Tenants of the installation",
  permission: "tenants:write",
  query: queryOf(paging),
  response: listOf(tenant),
});
export const createTenant = defineRoute({
  name: "createTenant",
  method: "POST",
  path: "/tenants",
  summary: "Add a tenant",
  permission: "tenants:write",
  body: tenantForm,
  response: tenant,
  status: 201,
});
export const changeTenant = defineRoute({
  name: "changeTenant",
  method: "PATCH",
  path: "/tenants/:id",
  summary: "Rename a tenant",
  permission: "tenants:write",
  params: idParams,
  body: tenantForm,
  response: tenant,
});
export const removeTenant = defineRoute({
  name: "removeTenant",
  method: "DELETE",
  path: "/tenants/:id",
  summary: "Remove a tenant with everything in it; its encryption key is destroyed",
  permission: "tenants:write",
  params: idParams,
  response: nothing,
  status: 204,
});
