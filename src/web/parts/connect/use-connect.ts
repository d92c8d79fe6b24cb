// Checking and submitting a guided form: one body for both, the server's errors at their fields.
import type { UseFormReturnType } from "@mantine/form";
import { type SyntheticEvent, useState } from "react";
import type { FieldError } from "#model/problem.ts";
import type { CallFailed } from "../../call.ts";
import { focusFirst, placeErrors } from "../field-errors.ts";

/** A write of queries.ts, as far as it is needed here. */
interface Write<Body, Answer> {
  data: Answer | undefined;
  isPending: boolean;
  reset: () => void;
  mutate: (
    input: { body: Body },
    options: { onSuccess: (answer: Answer) => void; onError: (error: CallFailed) => void },
  ) => void;
}
interface Checked {
  errors: FieldError[];
}
interface ConnectOptions<Values, Body, Result extends Checked, Made> {
  form: UseFormReturnType<Values>;
  /** In the order of the page: the first wrong one gets the focus. */
  fields: readonly string[];
  bodyOf: (values: Values) => Body;
  check: Write<Body, Result>;
  create: Write<Body, Made>;
  onMade: (made: Made) => void;
}
export interface Connecting<Result> {
  runCheck: () => void;
  submit: (event: SyntheticEvent<HTMLFormElement>) => void;
  result: Result | undefined;
  /** The form changed since the check. */
  isOutdated: boolean;
  isChecking: boolean;
  isSubmitting: boolean;
  /** What was refused and has no field. */
  unplaced: CallFailed | null;
  reset: () => void;
}

export function useConnect<Values, Body, Result extends Checked, Made>({
  form,
  fields,
  bodyOf,
  check,
  create,
  onMade,
}: ConnectOptions<Values, Body, Result, Made>): Connecting<Result> {
  const [unplaced, setUnplaced] = useState<CallFailed | null>(null);
  const [checkedText, setCheckedText] = useState("");
  const textOf = (values: Values) => JSON.stringify(bodyOf(values));
  const wrongHere = (errors: Record<string, unknown>) => focusFirst(Object.keys(errors), fields);
  const onError = (error: CallFailed) => setUnplaced(placeErrors(form, error.errors, fields) ? null : error);
  const runCheck = form.onSubmit((values) => {
    setUnplaced(null);
    const onSuccess = ({ errors }: Result) => {
      setCheckedText(textOf(values));
      if (errors.length > 0) placeErrors(form, errors, fields);
    };
    check.mutate({ body: bodyOf(values) }, { onSuccess, onError });
  }, wrongHere);
  const submit = form.onSubmit((values) => {
    setUnplaced(null);
    create.mutate({ body: bodyOf(values) }, { onSuccess: onMade, onError });
  }, wrongHere);
  return {
    runCheck: () => runCheck(),
    submit,
    result: check.data,
    isOutdated: checkedText !== textOf(form.values),
    isChecking: check.isPending,
    isSubmitting: create.isPending,
    unplaced,
    reset: () => {
      form.clearErrors();
      check.reset();
      setUnplaced(null);
    },
  };
}
