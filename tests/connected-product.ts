// The product that several browser files share: 6 accounts, connected and harvested. Who changes clouds, roles or the
// organization starts one of their own.

import { inject } from "vitest";
import type { Product } from "./product.ts";

export type ConnectedProduct = Omit<Product, "stop">;

export async function connectedProduct(): Promise<ConnectedProduct> {
  const response = await fetch(inject("connectedProduct"));
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as ConnectedProduct;
}
