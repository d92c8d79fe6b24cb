// The ways to connect clouds: a whole organization first, one account beside it.
import { ActionIcon, Button, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Icon } from "../../parts/icon.tsx";
import { useIsNarrow } from "../../parts/is-narrow.ts";
import { useMay } from "../../queries.ts";
import css from "./clouds.module.css";

/** Without a cloud there is nothing to carry a badge. */
export function AddButtons({ isEmpty }: { isEmpty: boolean }) {
  const mayAddOrganization = useMay("organizations:write");
  const mayAddCloud = useMay("clouds:write");
  const mayBadge = useMay("badges:write") && !isEmpty;
  const isNarrow = useIsNarrow();
  const organization = mayAddOrganization && (
    <Button component={Link} to="/organizations/add">
      Add organization
    </Button>
  );
  if (!mayAddCloud) return organization;
  if (organization && isNarrow)
    return (
      <span className={css.add}>
        {organization}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={30} aria-label="More ways to add">
              <Icon name="down" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {mayBadge && (
              <Menu.Item component={Link} to="/clouds/badges">
                Import badges
              </Menu.Item>
            )}
            <Menu.Item component={Link} to="/clouds/add">
              Add cloud
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
    );
  return (
    <span className={css.add}>
      {mayBadge && !isNarrow && (
        <Button component={Link} to="/clouds/badges" variant="default">
          Import badges
        </Button>
      )}
      <Button component={Link} to="/clouds/add" variant={organization ? "default" : "filled"}>
        Add cloud
      </Button>
      {organization}
    </span>
  );
}
