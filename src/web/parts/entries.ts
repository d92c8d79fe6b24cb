// The pages of the navigation, in its order. An entry appears when its page is real.
import type { IconName } from "./icon.tsx";

interface Entry {
  to: string;
  label: string;
  icon: IconName;
  /** Another address that belongs to it. */
  also?: string;
  /** Only in the demo. */
  isDemo?: boolean;
}
export const entries: Entry[] = [
  { to: "/", label: "Overview", icon: "overview" },
  { to: "/clouds", label: "Clouds", icon: "clouds", also: "/organizations" },
  { to: "/inventory", label: "Inventory", icon: "inventory" },
  { to: "/findings", label: "Findings", icon: "findings" },
  { to: "/compliance", label: "Compliance", icon: "compliance" },
  { to: "/insights", label: "Insights", icon: "insights" },
  { to: "/try", label: "Try it", icon: "try", isDemo: true },
];
