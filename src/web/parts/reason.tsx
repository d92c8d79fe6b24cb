// Why a cloud is as it is, made short: a policy by its id, as AWS's consoles list it. The whole ARN stands in its title.

const policyArn = /arn:[\w-]+:organizations::(?:\d{12}|aws):policy\/[\w/-]*?(p-\w+)/g;

export const shortReason = (text: string): string => text.replace(policyArn, "$1");

export function Reason({ text }: { text: string }) {
  const short = shortReason(text);
  return <span title={short === text ? undefined : text}>{short}</span>;
}
