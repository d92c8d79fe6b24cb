// The person at the terminal: what is asked of them, and what Ctrl-C does to a deployment.
import { createInterface } from "node:readline/promises";

export async function isAgreed(): Promise<boolean> {
  return /^y(es)?$/i.test(await answerTo("\nDeploy this? [y/N] "));
}

export function askMfaCode(serial: string): Promise<string> {
  return answerTo(`Code of ${serial}: `);
}

async function answerTo(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new Error("a code is asked for, and there is no terminal");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and the end of the input leave a question without an answer for ever.
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    return (await Promise.race([lines.question(question), ended])).trim();
  } finally {
    lines.close();
  }
}

/** Ctrl-C, and what ends a terminal or a job of a pipeline. */
export function onInterrupt(tell: () => void): () => void {
  const signals: [NodeJS.Signals, number][] = [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ];
  const added = signals.map(([signal, code]) => {
    const end = () => {
      tell();
      process.exit(code);
    };
    process.once(signal, end);
    return () => void process.off(signal, end);
  });
  return () => {
    for (const remove of added) remove();
  };
}
