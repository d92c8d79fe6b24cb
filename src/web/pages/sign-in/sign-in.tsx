// The sign-in page; afterwards the reader is where they wanted to go.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { getMe, signIn } from "#contract/session.ts";
import { CallFailed, call } from "../../call.ts";
import { SimulatedMark } from "../../parts/simulated-mark.tsx";
import { useInstallation } from "../../queries.ts";
import type { SearchText } from "../../search-text.ts";
import css from "./sign-in.module.css";

/** Only our own paths: a link must not lead a signed-in person elsewhere. */
const ownPath = (to: string | undefined) => (to?.startsWith("/") && !/^\/[/\\]/.test(to) ? to : "/");

export function SignIn() {
  const { to } = useSearch({ strict: false }) as SearchText;
  const navigate = useNavigate();
  const client = useQueryClient();
  const installation = useInstallation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<CallFailed | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = "Sign in · Skywarden";
  }, []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      client.clear();
      client.setQueryData([getMe.name], await call(signIn, { body: { email, password } }));
      await navigate({ href: ownPath(to), replace: true });
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      setFailure(error);
      document.getElementById("password")?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className={css.page}>
      <form className={css.form} onSubmit={(event) => void submit(event)}>
        <div className={css.brand}>
          <img src={new URL("../../skywarden.svg", import.meta.url).href} width={28} height={28} alt="" />
          <span>Skywarden</span>
          <SimulatedMark isSimulated={installation.data?.simulated ?? false} />
        </div>
        <h1 className={css.title}>Sign in</h1>
        <TextInput
          label="E-mail"
          id="email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          id="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={
            failure ? `${failure.title}. ${failure.message === failure.title ? "" : failure.message}` : null
          }
          visibilityToggleButtonProps={{ "aria-label": "Show password" }}
        />
        <Button type="submit" size="sm" loading={isBusy} fullWidth>
          Sign in
        </Button>
        <p className={css.version}>{installation.data ? `Version ${installation.data.version}` : " "}</p>
      </form>
    </main>
  );
}
