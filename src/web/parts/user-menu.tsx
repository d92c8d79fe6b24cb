// Who is signed in, the colour scheme, the way out.
import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { signOut } from "#contract/session.ts";
import { call } from "../call.ts";
import { useMe } from "../queries.ts";
import { Icon, type IconName } from "./icon.tsx";

const schemes: { value: "light" | "dark" | "auto"; label: string; icon: IconName }[] = [
  { value: "light", label: "Light", icon: "sun" },
  { value: "dark", label: "Dark", icon: "moon" },
  { value: "auto", label: "As the system", icon: "screen" },
];

export function UserMenu() {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = async () => {
    await call(signOut, {}).catch(() => null);
    await navigate({ to: "/sign-in" });
    client.clear();
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon aria-label="Account and appearance">
          <Icon name="user" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.data?.email ?? "API key"}
          <br />
          {me.data && `${me.data.role} of ${me.data.tenantName}`}
        </Menu.Label>
        <Menu.Divider />
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value as (typeof schemes)[number]["value"])}
        >
          {schemes.map(({ value, label, icon }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon name={icon} size={14} />}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="out" size={14} />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Skywarden {me.data?.version}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}
