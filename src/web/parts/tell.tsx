// Short messages in the corner: what a write refused, in the server's words.
import { notifications } from "@mantine/notifications";
import type { CallFailed } from "../call.ts";

export function tellFailure(error: CallFailed): void {
  notifications.show({ title: error.title, message: error.message, color: "red", autoClose: 12_000 });
}
