// What stands around every page: navigation, top bar, the "Simulated" mark.
import { ActionIcon, Drawer, Tooltip } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { createContext, lazy, type ReactNode, Suspense, use, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useLive } from "../live.ts";
import { useMe } from "../queries.ts";
import { classes } from "./classes.ts";
import { entries } from "./entries.ts";
import css from "./frame.module.css";
import { Icon } from "./icon.tsx";
import { useIsNarrow } from "./is-narrow.ts";
import { RunningWork } from "./running-work.tsx";
import { SimulatedMark } from "./simulated-mark.tsx";
import { UserMenu } from "./user-menu.tsx";

const Search = lazy(() => import("./search.tsx"));

const BarContext = createContext<HTMLElement | null>(null);

export function Frame() {
  const me = useMe();
  const isNarrow = useIsNarrow();
  const [isFolded, setFolded] = useLocalStorage({
    key: "skywarden.navigation-folded",
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const [isSheetOpen, setSheetOpen] = useState(false);
  const [bar, setBar] = useState<HTMLElement | null>(null);
  const { pathname } = useLocation();
  useLive(me.data !== undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the sheet.
  useEffect(() => setSheetOpen(false), [pathname]);

  return (
    <div className={css.frame} data-folded={isFolded && !isNarrow ? "" : undefined}>
      <a className={css.skip} href="#main">
        Skip to content
      </a>
      {!isNarrow && (
        <aside className={css.side}>
          <Brand isFolded={isFolded} />
          <Navigation isFolded={isFolded} />
          <button
            type="button"
            className={css.entry}
            onClick={() => setFolded(!isFolded)}
            aria-label={isFolded ? "Unfold navigation" : "Fold navigation"}
          >
            <Icon name={isFolded ? "expand" : "collapse"} />
            {!isFolded && <span>Fold</span>}
          </button>
        </aside>
      )}
      <header className={css.bar}>
        {isNarrow && (
          <ActionIcon aria-label="Open navigation" onClick={() => setSheetOpen(true)}>
            <Icon name="menu" />
          </ActionIcon>
        )}
        <div className={css.slot} ref={setBar} />
        <SimulatedMark isSimulated={me.data?.simulated ?? false} />
        <SearchButton isNarrow={isNarrow} />
        <RunningWork />
        <UserMenu />
      </header>
      <main id="main" className={css.main} tabIndex={-1}>
        <BarContext value={bar}>
          <Outlet />
        </BarContext>
      </main>
      <Drawer
        opened={isSheetOpen}
        onClose={() => setSheetOpen(false)}
        position="left"
        size={256}
        title="Skywarden"
        closeButtonProps={{ "aria-label": "Close navigation" }}
      >
        <Navigation isFolded={false} />
      </Drawer>
    </div>
  );
}

function Brand({ isFolded }: { isFolded: boolean }) {
  return (
    <Link to="/" className={css.brand} aria-label="Skywarden, overview">
      <img src={new URL("../skywarden.svg", import.meta.url).href} width={22} height={22} alt="" />
      {!isFolded && <span>Skywarden</span>}
    </Link>
  );
}

function Navigation({ isFolded }: { isFolded: boolean }) {
  const { pathname } = useLocation();
  const isDemo = useMe().data?.tryIt ?? false;
  return (
    <nav className={css.navigation} aria-label="Main">
      {entries
        .filter((entry) => !entry.isDemo || isDemo)
        .map(({ to, label, icon, also }) => {
          const isHere =
            to === "/"
              ? pathname === "/"
              : pathname.startsWith(to) || (also !== undefined && pathname.startsWith(also));
          return (
            <Tooltip key={to} label={label} position="right" disabled={!isFolded}>
              <Link
                to={to}
                className={classes(css.entry, isHere && css.here)}
                aria-current={isHere ? "page" : undefined}
                aria-label={isFolded ? label : undefined}
              >
                <Icon name={icon} />
                {!isFolded && <span>{label}</span>}
              </Link>
            </Tooltip>
          );
        })}
    </nav>
  );
}

function SearchButton({ isNarrow }: { isNarrow: boolean }) {
  const [isWanted, setWanted] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const open = () => {
    setWanted(true);
    setOpen(true);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setWanted(true);
      setOpen((was) => !was);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
  return (
    <>
      {isNarrow ? (
        <ActionIcon aria-label="Search" onClick={open}>
          <Icon name="search" />
        </ActionIcon>
      ) : (
        <button type="button" className={css.search} onClick={open}>
          <Icon name="search" size={14} />
          <span>Search</span>
          <kbd>{isApple ? "⌘K" : "Ctrl K"}</kbd>
        </button>
      )}
      {isWanted && (
        <Suspense>
          <Search isOpen={isOpen} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

interface PageProps {
  title: string;
  /** Names the page in the tab and before the title: where it belongs. */
  parent?: { to: string; label: string };
  action?: ReactNode;
  children: ReactNode;
}
/** A page puts its title and its one primary action into the top bar. */
export function Page({ title, parent, action, children }: PageProps) {
  const bar = use(BarContext);
  const isNarrow = useIsNarrow();
  useEffect(() => {
    document.title = `${title} · Skywarden`;
  }, [title]);
  return (
    <>
      {bar &&
        createPortal(
          <>
            <div className={css.heading}>
              {parent && !isNarrow && (
                <>
                  <Link to={parent.to} className={css.parent}>
                    {parent.label}
                  </Link>
                  <span className="muted" aria-hidden="true">
                    /
                  </span>
                </>
              )}
              <h1 className={css.title} title={title}>
                {title}
              </h1>
            </div>
            {!isNarrow && action}
          </>,
          bar,
        )}
      <div className={css.page}>
        {isNarrow && action && <div className={css.narrowAction}>{action}</div>}
        {children}
      </div>
    </>
  );
}
