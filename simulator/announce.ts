// What a simulator says where it runs as a process: how to reach it, or in one sentence why it cannot start.
import { StartProblem } from "./kept.ts";
import type { SimulatorOptions } from "./simulation.ts";
import type { Simulator } from "./start.ts";

/** Lines for a shell, or one line of JSON. */
export function announcement(simulator: Simulator, isJson: boolean): string {
  const { endpoint, accessKeyId, secretAccessKey, adminUrl, region } = simulator;
  if (isJson) return `${JSON.stringify({ endpoint, accessKeyId, secretAccessKey, adminUrl })}\n`;
  return [
    `export AWS_ENDPOINT_URL=${endpoint}`,
    `export AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    `export AWS_REGION=${region}`,
    "",
  ].join("\n");
}

const folderCodes = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOSPC"]);

/** What is the options' or the machine's fault; undefined for anything else. */
export function startProblem(
  error: unknown,
  { port, dataDir }: Pick<SimulatorOptions, "port" | "dataDir">,
): string | undefined {
  if (error instanceof StartProblem) return error.message;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `Port ${port} is taken by another program; choose another with --port.`;
  if (syscall === "listen") return `Port ${port} cannot be listened on (${code}).`;
  if (code && folderCodes.has(code)) return `${dataDir ?? "The data folder"} cannot be written (${code}).`;
  return undefined;
}

/** An instant in ISO 8601, or undefined where the text is none. */
export function instantOf(text: string): Date | undefined {
  const isIso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const at = new Date(text);
  if (!isIso || Number.isNaN(at.getTime())) return undefined;
  // Date takes the 31st of February for the 3rd of March.
  return Number(text.slice(8, 10)) <=
    new Date(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0).getDate()
    ? at
    : undefined;
}
