import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { type ApiError, asApiError } from '../../api/client';
import { keys } from '../../api/keys';
import type { Schema } from '../../api/types';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, TextArea } from '../../ui/field';
import { Select } from '../../ui/select';
import { FormError } from '../../ui/states';
import { toast } from '../../ui/toast';
import { copy, outcomeName } from './copy';
import { correct } from './queries';

/** What a person may say; the others follow from what happened. */
const SAYABLE = ['resolved_by_agent', 'resolved_by_member', 'unresolved', 'abandoned'] as const;

interface Props {
  call: Schema<'CallDetail'>;
  open: boolean;
  onClose: () => void;
}

export function CorrectDialog({ call, open, onClose }: Props) {
  const form = useId();
  const queryClient = useQueryClient();
  const [outcome, setOutcome] = useState<Schema<'Outcome'> | null>(call.outcome ?? null);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const save = useMutation<unknown, ApiError>({
    mutationFn: () => correct(call.id, call.rev, { outcome: outcome ?? 'unresolved', reason: reason.trim() }),
    onSuccess: () => {
      toast({ title: copy.corrected });
      onClose();
    },
    onSettled: () => {
      queryClient.invalidateQueries({ queryKey: keys.call(call.id) });
      queryClient.invalidateQueries({ queryKey: keys.calls });
    },
  });
  const fields = save.error ? asApiError(save.error).fields : {};
  const noReason = missing && reason.trim() === '';
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={copy.correctTitle}
      note={copy.correctNote}
      dismissible={reason === ''}
      footer={
        <>
          <Button type="submit" form={form} variant="primary" pending={save.isPending}>
            {copy.save}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setMissing(true);
          if (reason.trim() !== '') save.mutate();
        }}
      >
        <Field label={copy.outcome} error={fields.outcome}>
          {(ids) => (
            <Select
              {...ids}
              value={SAYABLE.find((word) => word === outcome) ?? null}
              onChange={setOutcome}
              options={SAYABLE.map((value) => ({ value, label: outcomeName[value] }))}
            />
          )}
        </Field>
        <TextArea
          label={copy.reason}
          help={copy.reasonHelp}
          error={noReason ? copy.reasonMissing : fields.reason}
          rows={2}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <FormError>{save.error && Object.keys(fields).length === 0 && save.error.message}</FormError>
      </form>
    </Dialog>
  );
}
