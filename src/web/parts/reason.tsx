// Why a cloud is as it is, made short: a policy by its id, as AWS's consoles list it.
import css from "./reason.module.css";

const policyArn = /arn:[\w-]+:organizations::(?:\d{12}|aws):policy\/[\w/-]*?(p-\w+)/g;

export const shortReason = (text: string): string => text.replace(policyArn, "$1");

export function Reason({ text }: { text: string }) {
  return text.split(policyArn).map((part, at) =>
    // Between two texts stands the id that the expression caught.
    at % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text keep their order.
      <span key={`${at} ${part}`} className={css.policy}>
        {part}
      </span>
    ),
  );
}
