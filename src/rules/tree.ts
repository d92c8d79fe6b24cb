// The rule tree: one JSON form for insights, inventory search, bot conditions and scopes.
// Paths name AWS's own fields ("PublicAccessBlock.BlockPublicAcls"); "@" paths name the common
// block: @id (the provider's own id) @arn @name @region @account @createdAt @type. Inside
// any/all/none/count a path is relative to the element, and "" is the element itself. Pure: no I/O, no clock (now is a parameter of the compiled rule).

export type Scalar = string | number | boolean | null;

export type Rule =
  | { op: "and" | "or"; rules: Rule[] }
  | { op: "not"; rule: Rule }
  | { op: "equals"; path: string; value: Scalar }
  | { op: "in"; path: string; values: Scalar[] }
  /** An array that has the value, or a string that has the text. */
  | { op: "contains"; path: string; value: Scalar }
  /** A string that fits a glob of * and ?, case-sensitive. */
  | { op: "matches"; path: string; glob: string }
  | { op: "isSet"; path: string }
  | { op: "greaterThan" | "lessThan"; path: string; value: number }
  /** The instant at the path lies more than so many days before now. */
  | { op: "olderThan"; path: string; days: number }
  | { op: "any" | "all" | "none"; path: string; rule: Rule }
  | { op: "count"; path: string; rule?: Rule; atLeast?: number; atMost?: number }
  | { op: "tag"; key: string; value?: string }
  /** The address or CIDR at the path lies inside one of the blocks. */
  | { op: "cidr"; path: string; within: string[] }
  /** Security-group permissions at the path that open one of the ports to a source. `from`: "internet" = 0.0.0.0/0 or ::/0. */
  | {
      op: "portsOpen";
      path: string;
      ports: number[] | "all";
      from: "internet" | "internet-ipv4" | "internet-ipv6";
    }
  /** The policy document (object or JSON text) at the path has an Allow that lets `principal` do one of `actions`. */
  | {
      op: "policyAllows";
      path: string;
      /** "anyone" = Principal *, "other-accounts" = any account but the resource's own, "attached" = an identity policy: principals are not looked at. */
      principal: "anyone" | "other-accounts" | "attached";
      actions?: string[];
      /** Only statements on Resource "*". */
      onEverything?: boolean;
    }
  /** The policy document at the path refuses everybody all of `actions` while a condition key has one value, and under no other condition. */
  | {
      op: "policyDenies";
      path: string;
      actions: string[];
      conditionKey: string;
      conditionValue: string;
      /** The statement's Resource must cover this resource's ARN followed by this text: "/*" for the objects of a bucket. */
      resourceSuffix?: string;
    }
  /** The ends of this resource's edges of one kind. Unknown until the scopes it ranges over were completed and are not in gap. */
  | {
      op: "related";
      relation: string;
      direction: "out" | "in";
      /** Type at the other end. */
      type: string;
      quantifier: "any" | "all" | "none";
      rule?: Rule;
      /** What an edge to something outside the estate means; "not-applicable" leaves that end out. */
      outside: "unknown" | "not-applicable";
      /** Direction "in": where sources are looked for, default the resource's own cloud. */
      within?: "cloud" | "estate";
    }
  /** Some resource of the type in the same cloud (and region) fits. */
  | { op: "exists"; type: string; where: "cloud" | "region"; rule?: Rule };

export type Operator = Rule["op"];
