// What a harvesting strategy covers.

/** `wanted`: types, also by their beginning ("aws.ec2.*"); null or undefined = all. */
export function coversType(wanted: readonly string[] | null | undefined, type: string): boolean {
  return (
    wanted?.some((pattern) =>
      pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type,
    ) ?? true
  );
}
