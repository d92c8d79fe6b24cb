// Findings by severity over the days: one line each, named at its end, no legend.
import { useCallback } from "react";
import { severities } from "#model/verdict.ts";
import type { Summary } from "../../nouns.ts";
import { Chart } from "../../parts/chart.tsx";
import { severityName } from "../../parts/mark.tsx";

export default function SeverityLines({ history }: { history: Summary["history"] }) {
  const option = useCallback((token: (name: string) => string) => optionOf(history, token), [history]);
  const label = `Open findings by severity from ${history[0]?.day} to ${history.at(-1)?.day}`;
  return <Chart label={label} heightPx={200} option={option} />;
}

function optionOf(history: Summary["history"], token: (name: string) => string) {
  return {
    animation: false,
    grid: { left: 8, right: 64, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      order: "valueDesc",
      backgroundColor: token("--sky-raised"),
      borderColor: token("--sky-rule-strong"),
      textStyle: { color: token("--sky-ink"), fontSize: 12 },
    },
    xAxis: {
      type: "category",
      data: history.map(({ day }) => day.slice(5)),
      boundaryGap: false,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token("--sky-rule-strong") } },
      axisLabel: { color: token("--sky-muted"), hideOverlap: true },
    },
    yAxis: {
      type: "value",
      splitNumber: 3,
      axisLabel: { color: token("--sky-muted") },
      splitLine: { lineStyle: { color: token("--sky-rule") } },
    },
    series: severities
      .filter((severity) => history.some(({ findings }) => findings[severity] > 0))
      .map((severity) => ({
        type: "line",
        name: severityName(severity),
        data: history.map(({ findings }) => findings[severity]),
        showSymbol: false,
        lineStyle: { width: 1.75 },
        color: token(`--sky-line-${severity}`),
        endLabel: {
          show: true,
          formatter: "{a}",
          color: token(`--sky-line-${severity}`),
          distance: 6,
          fontSize: 11,
        },
        labelLayout: { moveOverlap: "shiftY" },
      })),
  };
}
