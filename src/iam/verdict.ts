// What an evaluation answers. The short form runs for every account, region and action; the explanation is
// made for those that somebody looks at.
import type { AttachedPolicy, AttachmentPoint, LayerName } from "#iam/layers.ts";
import type { Statement } from "#iam/policy.ts";
import type { Truth } from "#iam/three-valued.ts";

/** "conditional": some value of an unknown key changes the answer. "unknown": a policy that was not read does. */
export interface Verdict {
  verdict: "allowed" | "denied" | "conditional" | "unknown";
  denial: "explicit" | "implicit" | null;
}

export interface ComparedCondition {
  operator: string;
  key: string;
  /** Of the policy, variables filled in. */
  expected: readonly string[];
  /** Of the request. */
  actual: readonly string[] | "absent" | "unknown";
  holds: Truth;
}

export interface MatchedStatement {
  layer: LayerName;
  policy: AttachedPolicy;
  statement: Statement;
  /** `maybe` while a key, the resource or the principal is not known well enough. */
  applies: Truth;
  /** The two parts of it that are no conditions. */
  resource: Truth;
  principal: Truth;
  conditions: readonly ComparedCondition[];
}

/** Why not, or why perhaps not: all of them, not the first. */
export type Blocker =
  | { kind: "deny"; layer: LayerName; certain: boolean; by: MatchedStatement }
  /** No statement of the layer (of an organization: of the level) allows. */
  | {
      kind: "no-allow";
      layer: LayerName;
      certain: boolean;
      attachedTo: AttachmentPoint | null;
      policies: readonly AttachedPolicy[];
      /** Those that allow the action on the resource, but whose condition or principal does not hold. */
      nearly: readonly MatchedStatement[];
    }
  /** The layer, or one policy of it, was not read or not understood. */
  | { kind: "unread"; layer: LayerName; certain: false; policy: AttachedPolicy | null };

export interface Explanation extends Verdict {
  /** The statements that allow; empty unless the verdict is "allowed" or hangs on a key. */
  allowing: readonly MatchedStatement[];
  blockers: readonly Blocker[];
  /** Keys whose value is not known and matters, as the policies write them; variables in lower case. */
  unknownKeys: readonly string[];
  unread: readonly LayerName[];
}
