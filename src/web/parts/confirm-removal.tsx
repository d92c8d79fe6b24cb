// Before something leaves the estate: what goes with it, and its name typed by hand.
import { Button, Modal, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";

interface ConfirmRemovalProps {
  name: string;
  isOpen: boolean;
  onClose: () => void;
  /** The button, with what and how many. */
  label: string;
  isPending: boolean;
  onConfirm: () => void;
  children: ReactNode;
}
export function ConfirmRemoval(props: ConfirmRemovalProps) {
  const { name, isOpen, onClose, label, isPending, onConfirm, children } = props;
  const [typed, setTyped] = useState("");
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Remove ${name}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {children}
      <TextInput
        label={`Type ${name} to confirm`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
      <Button mt="md" color="red" disabled={typed !== name} loading={isPending} onClick={onConfirm}>
        {label}
      </Button>
    </Modal>
  );
}
