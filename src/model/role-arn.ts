// What the ARN of a role says by itself.

const parts = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

/** A name is given once in an account, whatever the path: an ARN whose path is not known is compared without it. */
export function isSameRole(one: string, other: string): boolean {
  const [a, b] = [parts.exec(one.trim()), parts.exec(other.trim())];
  return a !== null && b !== null && [1, 2, 3].every((part) => a[part] === b[part]);
}
