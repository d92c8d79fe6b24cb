// Vitest's global set-up of the browser tests: one product with a connected, harvested organization for the files that
// only look at it or add to it, started when the first of them asks. Tests reach it through connectedProduct.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { type Product, startProduct } from "./product.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Answers with ConnectedProduct as JSON. */
    connectedProduct: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let product: Promise<Product> | null = null;
  const answerer = createServer((_request, response) => {
    product ??= startProduct({ accounts: 6 });
    product.then(
      (started) => response.end(JSON.stringify(started)),
      (error: Error) => response.writeHead(500).end(error.stack),
    );
  });
  await new Promise<void>((settle) => answerer.listen(0, "127.0.0.1", settle));
  project.provide("connectedProduct", `http://127.0.0.1:${(answerer.address() as AddressInfo).port}`);
  return async () => {
    answerer.closeAllConnections();
    answerer.close();
    // One that did not start has been told to those who asked, and has stopped itself.
    await product?.then(
      ({ stop }) => stop(),
      () => undefined,
    );
  };
}
