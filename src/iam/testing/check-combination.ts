// A table of layers and the answer that follows, as the tests of how layers go together write it.
import { expect, test } from "vitest";
import { evaluate } from "#iam/evaluate.ts";
import type { Layers } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import { layersOf, requestOf } from "#iam/testing/cases.ts";

interface Case {
  name: string;
  request?: Partial<Request>;
  layers: Partial<Layers>;
  answer: "allowed" | "explicit" | "implicit" | "conditional" | "unknown";
}

export function check(cases: Case[]) {
  test.each(cases)("$name: $answer", ({ request = {}, layers, answer }) => {
    const { verdict, denial } = evaluate(requestOf(request), layersOf(layers));
    expect(denial ?? verdict).toBe(answer);
  });
}
