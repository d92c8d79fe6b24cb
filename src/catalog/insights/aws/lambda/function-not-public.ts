import { defineInsight } from "#catalog/define.ts";
import { not, policyAllows } from "#rules/build.ts";

const policy = (statement: object) => ({
  document: {
    Policy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "*", ...statement }],
    },
  },
});

export default defineInsight({
  id: "aws.lambda.function-not-public",
  title: "Lambda function cannot be called by everybody",
  severity: "critical",
  on: "aws.lambda.function",
  passes: not(policyAllows("Policy", "anyone")),
  frameworks: { "cis-aws-7.0": ["2.21"], "aws-fsbp": ["Lambda.1"] },
  why: "Anybody can run your code with its role, feed it what they like, and run up your bill. A function URL without sign-in is such an opening too.",
  fix: {
    steps:
      'Remove the permission for Principal "*", or tie it to one caller. Console: Lambda → the function → Configuration → Permissions → Resource-based policy statements → Delete. CLI: aws lambda remove-permission --function-name … --statement-id …. For a function URL: aws lambda update-function-url-config --auth-type AWS_IAM, or put CloudFront or API Gateway before it.',
  },
  examples: {
    pass: [
      { document: {} },
      policy({ Principal: { Service: "events.amazonaws.com" } }),
      policy({ Principal: "*", Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } } }),
    ],
    fail: [
      policy({ Principal: "*" }),
      policy({
        Principal: "*",
        Action: "lambda:InvokeFunctionUrl",
        Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } },
      }),
    ],
    unknown: [{ document: {}, gaps: ["Policy"] }],
  },
});
