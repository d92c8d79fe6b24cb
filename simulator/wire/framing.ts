// What every answer of a protocol carries besides its values: content type and request ids.
import { hash } from "node:crypto";
import type { Api } from "./api.ts";
import type { WireResponse } from "./response.ts";

export function xmlResponse(status: number, requestId: string, body: string): WireResponse {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
}

export function jsonHeaders({ protocol }: Api, requestId: string): Record<string, string> {
  const version = protocol === "awsJson1_0" ? "1.0" : "1.1";
  return { "content-type": `application/x-amz-json-${version}`, "x-amzn-requestid": requestId };
}

export function cborHeaders(requestId: string): Record<string, string> {
  return {
    "content-type": "application/cbor",
    "smithy-protocol": "rpc-v2-cbor",
    "x-amzn-requestid": requestId,
  };
}

export function speaksS3({ client }: Api): boolean {
  return client === "s3" || client === "s3-control";
}

/** The REST protocols' request id; S3 has its own names, and a second id of the host that answered. */
export function idHeaders(api: Api, requestId: string): Record<string, string> {
  return speaksS3(api)
    ? { "x-amz-request-id": requestId, "x-amz-id-2": hostIdOf(requestId), server: "AmazonS3" }
    : { "x-amzn-requestid": requestId };
}

/** 76 characters of base64, as S3's are. */
export function hostIdOf(requestId: string): string {
  return hash("sha512", requestId, "buffer").subarray(0, 56).toString("base64");
}

/** S3's request ids are 16 capitals and digits, all others' are UUIDs. */
export function requestIdFor(api: Api | undefined, uuid: string): string {
  return api && speaksS3(api) ? uuid.replaceAll("-", "").slice(0, 16).toUpperCase() : uuid;
}
