// Tabs that are links: each tab is a page of its own.
import { Link, useLocation } from "@tanstack/react-router";
import css from "./link-tabs.module.css";

export function LinkTabs({ label, tabs }: { label: string; tabs: { to: string; label: string }[] }) {
  const { pathname } = useLocation();
  return (
    <nav className={css.tabs} aria-label={label}>
      {tabs.map((tab) => (
        <Link
          key={tab.to}
          to={tab.to}
          className={css.tab}
          aria-current={pathname === tab.to ? "page" : undefined}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}

export const cloudTabs = [
  { to: "/clouds", label: "Clouds" },
  { to: "/organizations", label: "Organizations" },
];
