// A thing opened from a list: a drawer over the list with a URL of its own, or the whole page (?full=1).
import { ActionIcon, Tooltip } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import type { SearchText } from "../search-text.ts";
import { Page } from "./frame.tsx";
import { Icon } from "./icon.tsx";
import { SideSheet } from "./side-sheet.tsx";

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
    <SideSheet
      title={title}
      onClose={close}
      actions={
        <Tooltip label="Open as a page">
          <ActionIcon
            aria-label="Open as a page"
            onClick={() => void navigate({ to: ".", search: (was: SearchText) => ({ ...was, full: "1" }) })}
          >
            <Icon name="wide" />
          </ActionIcon>
        </Tooltip>
      }
    >
      {children}
    </SideSheet>
  );
}
