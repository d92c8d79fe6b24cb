// ECharts with our tokens; only the parts we draw are loaded. The reader's table stands beside it.
import { useComputedColorScheme } from "@mantine/core";
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

use([LineChart, GridComponent, TooltipComponent, LabelLayout, CanvasRenderer]);

interface ChartProps {
  label: string;
  heightPx: number;
  option: (token: (name: string) => string) => EChartsCoreOption;
}
export function Chart({ label, heightPx, option }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const colorScheme = useComputedColorScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tokens change with the scheme.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const token = (name: string) => style.getPropertyValue(name).trim();
    const chart = init(element);
    chart.setOption({
      textStyle: { fontFamily: style.fontFamily, fontSize: 11 },
      ...option(token),
    });
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.dispose();
    };
  }, [option, colorScheme]);
  return <div ref={box} role="img" aria-label={label} style={{ height: heightPx }} />;
}
