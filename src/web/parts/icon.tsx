// The line icons, drawn here: one path each on a 16 × 16 grid.
const paths = {
  overview: "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z",
  clouds: "M4.6 12.5a3 3 0 0 1-.3-6A4 4 0 0 1 12 7.2a2.7 2.7 0 0 1-.4 5.3z",
  inventory: "M2.5 4.5 8 2l5.5 2.5L8 7zM2.5 8 8 10.5 13.5 8M2.5 11.5 8 14l5.5-2.5",
  findings: "M8 1.8 14.5 13.5h-13zM8 6v3.6M8 11.4v.6",
  compliance: "M8 1.8 13.2 4v4c0 3-2.2 5.3-5.2 6.2C5 13.3 2.8 11 2.8 8V4zM5.6 8l1.7 1.7L10.5 6.5",
  insights: "M8 1.8a4.4 4.4 0 0 0-2.3 8.2v1.5h4.6V10A4.4 4.4 0 0 0 8 1.8zM6.3 14h3.4",
  try: "M5 3l8 5-8 5z",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3 14 14",
  work: "M8 2v2.5M8 11.5V14M2 8h2.5M11.5 8H14M3.8 3.8l1.7 1.7M10.5 10.5l1.7 1.7M3.8 12.2l1.7-1.7M10.5 5.5l1.7-1.7",
  user: "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8zM2.8 13.8c.5-2.7 2.6-4.2 5.2-4.2s4.7 1.5 5.2 4.2",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
  collapse: "M2.5 2.5h11v11h-11zM6 2.5v11M11 6 9 8l2 2",
  expand: "M2.5 2.5h11v11h-11zM6 2.5v11M9 6l2 2-2 2",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "M3 8.5 6.5 12 13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  warning: "M8 4v5M8 11.3v.7",
  question: "M5.8 6.2a2.2 2.2 0 1 1 3.2 2c-.8.4-1 .8-1 1.6M8 11.8v.6",
  pause: "M5.5 4v8M10.5 4v8",
  minus: "M4 8h8",
  plus: "M8 3v10M3 8h10",
  down: "M4 6l4 4 4-4",
  right: "M6 4l4 4-4 4",
  up: "M4 10l4-4 4 4",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
  screen: "M2 3h12v8H2zM5.5 13.5h5M8 11v2.5",
  out: "M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6",
  download: "M8 2.5v7.5M5 7l3 3 3-3M2.5 13.5h11",
  wide: "M9.5 2.5h4v4M13.5 2.5 9 7M6.5 13.5h-4v-4M2.5 13.5 7 9",
  sync: "M13 6A5.3 5.3 0 0 0 3.5 5L2.5 6M2.5 2.8V6h3.2M3 10a5.3 5.3 0 0 0 9.5 1l1-1M13.5 13.2V10h-3.2",
  table: "M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.6h11M6.5 6.3V13",
  chart: "M2.5 2.5v11h11M5 10l2.5-3 2 1.5L13 4.5",
  clock: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.8V8l2.2 1.5",
  link: "M6.5 9.5l3-3M7 4.5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5 7.5 13a2.8 2.8 0 0 1-4-4L5 7.5",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flex: "none" }}
    >
      <path d={paths[name]} />
    </svg>
  );
}
