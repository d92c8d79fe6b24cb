// The look, once: tokens for light and dark, and what Mantine's parts make of them. Pages take colours
// from the --sky-… variables only.
import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Card,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  Paper,
  Popover,
  Tabs,
  Tooltip,
} from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e8f5f4",
  "#cfe9e7",
  "#9fd3d0",
  "#6cbab6",
  "#3f9f9b",
  "#1e8783",
  "#0f7572",
  "#0b615f",
  "#084d4b",
  "#053938",
];
const gray: MantineColorsTuple = [
  "#f6f8fa",
  "#edf0f4",
  "#e1e6ec",
  "#d2d9e2",
  "#b4bfcc",
  "#8a97a8",
  "#58667a",
  "#455265",
  "#2e3947",
  "#1a222d",
];
const dark: MantineColorsTuple = [
  "#d8dee7",
  "#b6c0cd",
  "#94a1b1",
  "#6f7d8f",
  "#364252",
  "#2a3442",
  "#1d2530",
  "#141a22",
  "#10151c",
  "#0b0f14",
];

const tones: Record<string, string> = { yellow: "var(--sky-warn)", red: "var(--sky-bad)" };

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 7, dark: 6 },
  colors: { teal, gray, dark },
  black: "#1a222d",
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, "SF Mono", Consolas, monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.4" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "20px", lineHeight: "28px" },
      h2: { fontSize: "14px", lineHeight: "20px" },
      h3: { fontSize: "13px", lineHeight: "20px" },
    },
  },
  defaultRadius: "sm",
  radius: { xs: "2px", sm: "4px", md: "6px", lg: "8px", xl: "12px" },
  shadows: { xs: "none", sm: "none", md: "none", lg: "none", xl: "none" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: "xs" },
      styles: { root: { fontWeight: 550, fontSize: "13px" } },
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray", size: 28 } }),
    Input: Input.extend({
      defaultProps: { size: "sm" },
      // Mantine reddens a wrong field's placeholder, too, which then reads like what was typed.
      styles: { wrapper: { "--input-placeholder-color": "var(--mantine-color-placeholder)" } },
    }),
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { inputWrapperOrder: ["label", "input", "error", "description"] },
      styles: {
        label: { fontWeight: 550, marginBottom: 4 },
        description: { marginTop: 4, color: "var(--sky-muted)" },
        error: { marginTop: 4, color: "var(--sky-bad)" },
      },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 250, withArrow: false, multiline: true, maw: 420 },
    }),
    Menu: Menu.extend({
      // The placeholder is a child that a menu may not have; the first item takes the focus instead.
      defaultProps: { transitionProps: { duration: 0 }, withInitialFocusPlaceholder: false },
    }),
    Popover: Popover.extend({ defaultProps: { transitionProps: { duration: 0 } } }),
    Modal: Modal.extend({
      defaultProps: { transitionProps: { duration: 80 }, overlayProps: { backgroundOpacity: 0.35 } },
    }),
    Drawer: Drawer.extend({
      defaultProps: {
        position: "right",
        transitionProps: { duration: 120 },
        overlayProps: { backgroundOpacity: 0.2 },
      },
    }),
    Tabs: Tabs.extend({ styles: { tab: { padding: "8px 12px", fontSize: "13px" } } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, shadow: "none" } }),
    Card: Card.extend({ defaultProps: { withBorder: true, shadow: "none" } }),
    Badge: Badge.extend({
      defaultProps: { variant: "default", radius: "xs" },
      styles: { root: { textTransform: "none" } },
    }),
    Alert: Alert.extend({
      defaultProps: { color: "gray", radius: "sm" },
      vars: (_, { color }) => ({
        root: {
          "--alert-bg": "var(--sky-sunken)",
          "--alert-bd": "1px solid var(--sky-rule-strong)",
          "--alert-color": tones[color ?? ""] ?? "var(--sky-muted)",
        },
      }),
      styles: {
        root: { padding: "10px 14px", borderLeft: "3px solid var(--alert-color)" },
        title: { color: "var(--sky-ink)", fontSize: 13, overflowWrap: "anywhere" },
        label: { overflow: "visible", textOverflow: "clip" },
        message: { fontSize: 13, color: "var(--sky-ink)", overflowWrap: "anywhere" },
        icon: { marginInlineEnd: 10, marginTop: 2 },
        body: { minWidth: 0, gap: 4 },
      },
    }),
  },
});

const shared = {
  "--sky-critical": "#a8132b",
  "--sky-critical-ink": "#ffffff",
  "--sky-high": "#c2470f",
  "--sky-high-ink": "#ffffff",
  "--sky-medium": "#efb026",
  "--sky-medium-ink": "#2b1f00",
  "--sky-low": "#2a63c4",
  "--sky-low-ink": "#ffffff",
  "--sky-info": "#5f6d80",
  "--sky-info-ink": "#ffffff",
};

/** The same names in both schemes; every pair of ink and ground used together has a contrast of 4.5 or more. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: shared,
  light: {
    "--sky-ground": "#ffffff",
    "--sky-sunken": gray[0],
    "--sky-raised": "#ffffff",
    "--sky-rule": gray[2],
    "--sky-rule-strong": gray[3],
    "--sky-ink": gray[9],
    "--sky-muted": gray[6],
    "--sky-hover": gray[1],
    "--sky-selected": teal[0],
    "--sky-accent": teal[7],
    "--sky-good": "#1b7a47",
    "--sky-warn": "#8a5a00",
    "--sky-bad": "#b0182f",
    "--sky-unknown": "#8a97a8",
    "--sky-line-critical": "#a8132b",
    "--sky-line-high": "#c2470f",
    "--sky-line-medium": "#b27d00",
    "--sky-line-low": "#2a63c4",
    "--sky-line-info": "#5f6d80",
    "--mantine-color-dimmed": gray[6],
    "--mantine-color-error": "#b0182f",
    "--mantine-color-placeholder": gray[6],
    "--mantine-color-anchor": teal[7],
    "--mantine-color-default-border": gray[3],
  },
  dark: {
    "--sky-ground": dark[7],
    "--sky-sunken": dark[8],
    "--sky-raised": dark[6],
    "--sky-rule": dark[5],
    "--sky-rule-strong": dark[4],
    "--sky-ink": dark[0],
    "--sky-muted": dark[2],
    "--sky-hover": dark[6],
    "--sky-selected": "#12302f",
    "--sky-accent": teal[3],
    "--sky-good": "#55b884",
    "--sky-warn": "#e0a93b",
    "--sky-bad": "#f0808f",
    "--sky-unknown": dark[3],
    "--sky-line-critical": "#ec5b70",
    "--sky-line-high": "#ee8950",
    "--sky-line-medium": "#e5b23c",
    "--sky-line-low": "#7aa5ee",
    "--sky-line-info": "#94a1b1",
    "--mantine-color-dimmed": dark[2],
    "--mantine-color-error": "#f0808f",
    "--mantine-color-placeholder": dark[2],
    "--mantine-color-anchor": teal[3],
    "--mantine-color-default-border": dark[4],
  },
});
