// The partitions of AWS whose accounts Skywarden connects. Nothing crosses them: credentials, roles, trust.

export const platformPartitions = ["aws", "aws-us-gov", "aws-cn"] as const;
export type PartitionName = (typeof platformPartitions)[number];

/** As people call them. */
export const partitionTitles: Record<PartitionName, string> = {
  aws: "Amazon Web Services",
  "aws-us-gov": "AWS GovCloud (US)",
  "aws-cn": "AWS China",
};
