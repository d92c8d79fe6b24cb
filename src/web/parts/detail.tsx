// A thing opened from a list: a drawer over the list with a URL of its own, or the whole page (?full=1).
import { ActionIcon, Drawer, Tooltip } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import type { SearchText } from "../search-text.ts";
import css from "./detail.module.css";
import { Page } from "./frame.tsx";
import { Icon } from "./icon.tsx";

export const useIsFull = () => (useSearch({ strict: false }) as SearchText).full === "1";

interface DetailProps {
  title: string;
  /** The list it belongs to. */
  parent: { to: string; label: string };
  children: ReactNode;
}
export function Detail({ title, parent, children }: DetailProps) {
  const isFull = useIsFull();
  const navigate = useNavigate();
  const close = () =>
    void navigate({ to: parent.to, search: ({ full: _, tab: __, ...rest }: SearchText) => rest });
  useEffect(() => {
    document.title = `${title} · Skywarden`;
  }, [title]);
  if (isFull) {
    return (
      <Page title={title} parent={parent}>
        {children}
      </Page>
    );
  }
  return (
    <Drawer.Root opened onClose={close} size={760} position="right" transitionProps={{ duration: 120 }}>
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content className={css.content}>
        <div className={css.head}>
          <Drawer.Title className={css.title}>{title}</Drawer.Title>
          <Tooltip label="Open as a page">
            <ActionIcon
              aria-label="Open as a page"
              onClick={() => void navigate({ to: ".", search: (was: SearchText) => ({ ...was, full: "1" }) })}
            >
              <Icon name="wide" />
            </ActionIcon>
          </Tooltip>
          <ActionIcon aria-label="Close" onClick={close}>
            <Icon name="close" />
          </ActionIcon>
        </div>
        <Drawer.Body className={css.body}>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
