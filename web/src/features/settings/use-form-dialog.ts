import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useRef } from 'react';
import { asApiError } from '../../api/client';
import { focusFirstBad } from './parts';

/** A form in a dialog: what was typed stays when it is refused, and the first
 * field to blame takes the focus. */
export function useFormDialog<T>(send: (typed: FormData) => Promise<T>, onDone: (made: T) => unknown) {
  const id = useId();
  const box = useRef<HTMLFormElement>(null);
  const mutation = useMutation({
    mutationFn: send,
    onSuccess: onDone,
    onError: () => focusFirstBad(box.current),
  });
  const problem = mutation.error ? asApiError(mutation.error) : undefined;
  return {
    pending: mutation.isPending,
    fields: problem?.fields ?? {},
    /** What none of these fields shows. */
    general: (fields: readonly string[]) =>
      problem && !fields.some((field) => problem.fields[field]) ? problem.message : undefined,
    form: {
      id,
      ref: box,
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
