// Kleene's three truth values as ordered numbers: "and" is the smaller, "or" the larger, "not" the mirror.
// A definite value is one that no value of an unknown key could change.

export const no = 0;
export const maybe = 1;
export const yes = 2;

export type Truth = typeof no | typeof maybe | typeof yes;

export function and(left: Truth, right: Truth): Truth {
  return left < right ? left : right;
}

export function or(left: Truth, right: Truth): Truth {
  return left > right ? left : right;
}

export function not(value: Truth): Truth {
  return (yes - value) as Truth;
}

export function truth(isTrue: boolean): Truth {
  return isTrue ? yes : no;
}
