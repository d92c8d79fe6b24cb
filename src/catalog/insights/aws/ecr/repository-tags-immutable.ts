import { defineInsight } from "#catalog/define.ts";
import { isIn } from "#rules/build.ts";

export default defineInsight({
  id: "aws.ecr.repository-tags-immutable",
  title: "ECR repository keeps its tags",
  severity: "medium",
  on: "aws.ecr.repository",
  passes: isIn("imageTagMutability", ["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"]),
  frameworks: { "aws-fsbp": ["ECR.2"] },
  why: "With mutable tags somebody can put another image in the place of the one that was tested, and nothing that names it by its tag notices.",
  fix: {
    steps:
      "Console: ECR → the repository → Edit → Image tag mutability → Immutable. CLI: aws ecr put-image-tag-mutability --repository-name … --image-tag-mutability IMMUTABLE. Builds that move a tag such as latest need another name, or an exclusion.",
  },
  examples: {
    pass: [
      { document: { imageTagMutability: "IMMUTABLE" } },
      { document: { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" } },
    ],
    fail: [{ document: { imageTagMutability: "MUTABLE" } }],
    unknown: [{ document: {}, gaps: ["imageTagMutability"] }],
  },
});
