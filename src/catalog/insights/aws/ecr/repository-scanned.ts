import { defineInsight } from "#catalog/define.ts";
import { any, equals, isIn, isTrue, or } from "#rules/build.ts";

const repository = (scanOnPush: boolean, registryScanning: object = { scanType: "BASIC", rules: [] }) => ({
  document: { imageScanningConfiguration: { scanOnPush }, registryScanning },
});
const forAll = (scanFrequency: string, filter = "*") => ({
  scanType: "ENHANCED",
  rules: [{ scanFrequency, repositoryFilters: [{ filter, filterType: "WILDCARD" }] }],
});

export default defineInsight({
  id: "aws.ecr.repository-scanned",
  title: "ECR repository scans what is pushed",
  severity: "high",
  on: "aws.ecr.repository",
  // A registry rule for some names only does not say which: the repository's own setting then decides.
  passes: or(
    isTrue("imageScanningConfiguration.scanOnPush"),
    any("registryScanning.rules", {
      op: "and",
      rules: [
        isIn("scanFrequency", ["SCAN_ON_PUSH", "CONTINUOUS_SCAN"]),
        any("repositoryFilters", equals("filter", "*")),
      ],
    }),
  ),
  frameworks: { "aws-fsbp": ["ECR.1"] },
  why: "Known holes in base images and packages are found when the image arrives instead of when somebody uses them.",
  fix: {
    steps:
      "Best for the whole registry: Console: ECR → Private registry → Settings → Scanning → Scan on push for *. CLI: aws ecr put-registry-scanning-configuration --scan-type BASIC --rules 'scanFrequency=SCAN_ON_PUSH,repositoryFilters=[{filter=*,filterType=WILDCARD}]'. For one repository: aws ecr put-image-scanning-configuration --repository-name … --image-scanning-configuration scanOnPush=true.",
  },
  examples: {
    pass: [
      repository(true),
      repository(false, forAll("SCAN_ON_PUSH")),
      repository(false, forAll("CONTINUOUS_SCAN")),
    ],
    fail: [
      repository(false),
      repository(false, forAll("MANUAL")),
      repository(false, forAll("SCAN_ON_PUSH", "prod-*")),
    ],
    unknown: [
      { document: { imageScanningConfiguration: { scanOnPush: false } }, gaps: ["registryScanning"] },
    ],
  },
});
