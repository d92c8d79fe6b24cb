// The demo's summary for the person at the terminal.
import type { MainJobResult } from "./main-job.ts";

export interface SignIn {
  url: string;
  email: string;
  password: string;
}

export function summaryText(
  { summary, clouds, syncCalls, stacks, wrong }: MainJobResult,
  seconds: number,
  signIn: SignIn,
): string {
  const states = Map.groupBy(clouds, (cloud) => cloud.status.state);
  const { critical, high, medium, low, info } = summary.findings.bySeverity;
  const percent = (value: number | null) => (value === null ? "–" : `${(value * 100).toFixed(1)} %`);
  const number = (value: number) => value.toLocaleString("en-US");
  const rows: [string, string][] = [
    ["Clouds", `${clouds.length}: ${[...states].map(([state, of]) => `${of.length} ${state}`).join(", ")}`],
    [
      "Roles",
      stacks === 0 ? "kept from the last run" : `${stacks} stacks created from Skywarden's templates`,
    ],
    ["Harvest", `${number(summary.harvest.scopesDone)} scopes, ${summary.harvest.scopesInGap} in gap`],
    [
      "Resources",
      `${number(summary.resources.total)} of ${Object.values(summary.resources.byType).filter((n) => n > 0).length} types`,
    ],
    [
      "Findings",
      `${number(summary.findings.total)}: ${critical} critical, ${high} high, ${medium} medium, ${low} low, ${info} info`,
    ],
    ["Score", `${percent(summary.score)} with ${percent(summary.coverage)} of the estate seen`],
    ["Calls", `${number(summary.harvest.calls)} by harvesting, ${syncCalls} by the sync`],
    ["Time", `${seconds.toFixed(1)} s`],
  ];
  const attention = clouds.filter(
    (cloud) => cloud.status.state === "warning" || cloud.status.state === "awaiting-role",
  );
  return [
    "",
    "Skywarden demo — everything is simulated; nothing left this machine.",
    "",
    ...rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`),
    "",
    ...attention.map(
      (cloud) => `  ${cloud.name} (${cloud.accountId}) ${cloud.status.state}: ${cloud.status.reason ?? ""}`,
    ),
    ...(wrong.length > 0 ? ["", "Not as expected:", ...wrong.map((sentence) => `  ${sentence}`)] : []),
    "",
    `  Open       ${signIn.url}`,
    `  Sign in    ${signIn.email}`,
    `  Password   ${signIn.password}`,
    "",
  ].join("\n");
}
