import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useRef, useState } from 'react';
import { ApiError, asApiError } from '../api/client';
import { focusFirstBad } from './focus';

/** A form in a dialog: what was typed stays when it is refused, and the first
 * field to blame takes the focus. */
export function useFormDialog<T>(send: (typed: FormData) => Promise<T>, onDone: (made: T) => unknown) {
  const id = useId();
  const box = useRef<HTMLFormElement>(null);
  const [touched, setTouched] = useState(false);
  const mutation = useMutation({
    mutationFn: send,
    onSuccess: onDone,
    onError: () => focusFirstBad(box.current),
  });
  const problem = mutation.error ? asApiError(mutation.error) : undefined;
  return {
    pending: mutation.isPending,
    /** Something was typed that would be lost. */
    touched,
    fields: problem?.fields ?? {},
    /** The stable word of the refusal, such as `stale`. */
    code: problem?.code,
    /** What none of these fields shows. */
    general: (fields: readonly string[]) =>
      problem && !fields.some((field) => problem.fields[field]) ? problem.message : undefined,
    form: {
      id,
      ref: box,
      onInput: () => setTouched(true),
      onSubmit: (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        mutation.mutate(new FormData(event.currentTarget));
      },
    },
  };
}

/** A text as the API takes it: trimmed, and null when there is none. */
export function textOf(typed: FormData, name: string): string | null {
  return String(typed.get(name) ?? '').trim() || null;
}

/** The same where there must be one: what is missing is said without asking the
 * server.
 * @throws ApiError at this field. */
export function needed(typed: FormData, name: string, missing: string): string {
  const text = textOf(typed, name);
  if (text === null) throw new ApiError(0, 'missing', missing, { [name]: missing });
  return text;
}
