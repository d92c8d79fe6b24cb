// Property tests run on the same cases everywhere, so that a change is refused for what it did. Other cases are
// looked for on purpose: `PROPERTY_SEED=random npm test`, or the seed that a failure printed.
import fc from "fast-check";

const asked = process.env.PROPERTY_SEED ?? "20261122";
if (asked !== "random") fc.configureGlobal({ seed: Number(asked) });
