// The worlds a simulator can be started with, by name.
import type { WorldDefinition } from "./world.ts";

const worlds: Record<string, () => Promise<object>> = {
  demo: () => import("./worlds/demo.ts"),
  empty: () => import("./worlds/empty.ts"),
  hostile: () => import("./worlds/hostile.ts"),
  large: () => import("./worlds/large.ts"),
  small: () => import("./worlds/small.ts"),
};

export function worldNames(): string[] {
  return Object.keys(worlds);
}

export async function worldDefinition(name: string): Promise<WorldDefinition> {
  const module = await worlds[name]?.();
  const definition = Object.values(module ?? {}).find(isDefinition);
  if (!definition) throw new Error(`there is no world ${name}; there are ${worldNames().join(", ")}`);
  return definition;
}

function isDefinition(value: unknown): value is WorldDefinition {
  return typeof value === "object" && value !== null && "derive" in value && "accounts" in value;
}
