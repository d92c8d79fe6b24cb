// A sheet over the page, from the right: something opened without leaving what it was opened from.
import { ActionIcon, Drawer } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import css from "./detail.module.css";
import { Icon } from "./icon.tsx";

interface SideSheetProps {
  title: string;
  onClose: () => void;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}
export function SideSheet({ title, onClose, actions, children }: SideSheetProps) {
  useFocusBack();
  return (
    <Drawer.Root opened onClose={onClose} size={760} position="right" transitionProps={{ duration: 120 }}>
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content className={css.content}>
        <div className={css.head}>
          <Drawer.Title className={css.title}>{title}</Drawer.Title>
          {actions}
          <ActionIcon aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </ActionIcon>
        </div>
        <Drawer.Body className={css.body}>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

/** Who opens a sheet takes it out of the page to close it, before Mantine's own way back begins. */
function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}
