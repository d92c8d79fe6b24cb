// A link whose address the server wrote ("/clouds?filter=status:warning").
import { useNavigate } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";

export function usePathLink(path: string) {
  const navigate = useNavigate();
  return {
    href: path,
    onClick: (event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0 || !path.startsWith("/"))
        return;
      event.preventDefault();
      void navigate({ href: path });
    },
  };
}

export function PathLink({
  path,
  className,
  children,
}: {
  path: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <a {...usePathLink(path)} className={className}>
      {children}
    </a>
  );
}
