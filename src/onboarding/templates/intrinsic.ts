// CloudFormation's own functions, as objects of a template.

export type Value = unknown;

export const ref = (name: string): Value => ({ Ref: name });
export const sub = (text: string): Value => ({ "Fn::Sub": text });
export const noValue = ref("AWS::NoValue");
export const ifElse = (condition: string, yes: Value, no: Value = noValue): Value => ({
  "Fn::If": [condition, yes, no],
});
export const isSet = (value: Value): Value => ({ "Fn::Not": [{ "Fn::Equals": [value, ""] }] });
