// For tests: an HTTP server on loopback that answers what it is told and remembers what it was asked.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Script = (response: ServerResponse, asked: Asked, count: number) => void;

export interface ScriptedServer {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

export async function openScriptedServer(script: Script): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, url, headers, body });
      script(response, { method, url, headers, body }, asked.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const identityXml = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/u</Arn><UserId>AIDA</UserId><Account>111111111111</Account></GetCallerIdentityResult>
<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;

export function stsError(response: ServerResponse, code: string, status: number, message = code): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/xml");
  response.setHeader("x-amzn-requestid", "r-2");
  response.end(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-2</RequestId></ErrorResponse>`,
  );
}

export function jsonError(response: ServerResponse, type: string, message: string, status = 400): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/x-amz-json-1.1");
  response.end(JSON.stringify({ __type: type, message }));
}
