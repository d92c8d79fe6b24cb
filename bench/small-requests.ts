// Small reads of six APIs in every protocol but EC2's own XML lists, as bytes signed by the SDK's signer, and the
// sockets that send them. Knows nothing of how they are answered.
import { connect, type Socket } from "node:net";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentials } from "#model/aws-call.ts";

export interface Caller {
  accountId: string;
  credentials: AwsCredentials;
}

interface SmallRead {
  service: string;
  method: "GET" | "POST";
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  /** S3 Control puts the account before the host. */
  isOfAccountHost?: boolean;
}

const form = (body: string): Pick<SmallRead, "method" | "path" | "headers" | "body"> => ({
  method: "POST",
  path: "/",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body,
});

export const smallReads: readonly SmallRead[] = [
  { service: "sts", ...form("Action=GetCallerIdentity&Version=2011-06-15") },
  {
    service: "iam",
    ...form("Action=GetRole&Version=2010-05-08&RoleName=OrganizationAccountAccessRole"),
  },
  { service: "iam", ...form("Action=ListAccountAliases&Version=2010-05-08") },
  { service: "ec2", ...form("Action=DescribeRegions&Version=2016-11-15&RegionName.1=us-east-1") },
  {
    service: "kms",
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "TrentService.ListKeys" },
    body: '{"Limit":5}',
  },
  { service: "lambda", method: "GET", path: "/2018-10-31/layers", query: { MaxItems: "10" } },
  {
    service: "account",
    method: "POST",
    path: "/getRegionOptStatus",
    headers: { "content-type": "application/json" },
    body: '{"RegionName":"us-east-1"}',
  },
  { service: "s3", method: "GET", path: "/v20180820/configuration/publicAccessBlock", isOfAccountHost: true },
];

/** The request as it stands on the wire. Signed anew each time: no two are alike, as no two of a real client are. */
export async function signedRead(port: number, { accountId, credentials }: Caller, read: SmallRead) {
  const { service, method, path, query = {}, headers = {}, body = "", isOfAccountHost } = read;
  const hostname = isOfAccountHost ? `${accountId}.127-0-0-1.localhost` : "127.0.0.1";
  const signer = new SignatureV4({ service, region: "us-east-1", credentials, sha256: Sha256 });
  const own = isOfAccountHost ? { "x-amz-account-id": accountId } : {};
  const length = method === "POST" ? { "content-length": String(body.length) } : {};
  const signed = await signer.sign({
    method,
    protocol: "http:",
    hostname,
    path,
    query,
    headers: { host: `${hostname}:${port}`, ...headers, ...own, ...length },
    body,
  });
  const search = new URLSearchParams(query).toString();
  const lines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path}${search && `?${search}`} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** Sends each request once, one at a time on each of so many connections; how many answers had which status. */
export async function sendAll(
  port: number,
  requests: string[],
  atOnce: number,
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  let next = 0;
  const converse = async (socket: Socket) => {
    for (;;) {
      const request = requests[next++];
      if (request === undefined) return;
      const status = await exchange(socket, request);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      const socket = connect({ host: "127.0.0.1", port, noDelay: true });
      try {
        await converse(socket);
      } finally {
        socket.destroy();
      }
    }),
  );
  return statuses;
}

function exchange(socket: Socket, request: string): Promise<number> {
  return new Promise((settle, fail) => {
    let text = "";
    const listen = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      socket.off("data", listen).off("error", fail).off("close", closed);
      settle(Number(text.slice(9, 12)));
    };
    const closed = () => fail(new Error(`the connection ended after ${JSON.stringify(text.slice(0, 200))}`));
    socket.on("data", listen).on("error", fail).on("close", closed);
    socket.write(request, "latin1");
  });
}
