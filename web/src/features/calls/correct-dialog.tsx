import { useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys';
import type { Schema } from '../../api/types';
import { outcomeName } from '../../lib/call-kind';
import { ChoiceField, TextArea } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { FormError } from '../../ui/states';
import { toast } from '../../ui/toast';
import { needed, useFormDialog } from '../../ui/use-form-dialog';
import { copy } from './copy';
import { correct } from './queries';

/** What a person may say; the others follow from what happened. */
const SAYABLE = ['resolved_by_agent', 'resolved_by_member', 'unresolved', 'abandoned'] as const;

interface Props {
  call: Schema<'CallDetail'>;
  onClose: () => void;
}

export function CorrectDialog({ call, onClose }: Props) {
  const queryClient = useQueryClient();
  const reread = () =>
    Promise.all(
      [keys.call(call.id), keys.calls].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
  const dialog = useFormDialog(
    async (typed) => {
      const reason = needed(typed, 'reason', copy.reasonMissing);
      const outcome = typed.get('outcome') as Schema<'Outcome'>;
      // Refused as well: what is shown may be what was wrong.
      return correct(call.id, call.rev, { outcome, reason }).finally(reread);
    },
    () => {
      toast({ title: copy.corrected });
      onClose();
    },
  );
  return (
    <FormDialog
      dialog={dialog}
      onClose={onClose}
      title={copy.correctTitle}
      note={copy.correctNote}
      action={copy.save}
    >
      <ChoiceField
        label={copy.outcome}
        name="outcome"
        options={SAYABLE.map((value) => ({ value, label: outcomeName[value] }))}
        defaultValue={SAYABLE.find((word) => word === call.outcome) ?? 'unresolved'}
        error={dialog.fields.outcome}
      />
      <TextArea
        label={copy.reason}
        help={copy.reasonHelp}
        name="reason"
        rows={2}
        error={dialog.fields.reason}
      />
      <FormError>{dialog.general(['outcome', 'reason'])}</FormError>
    </FormDialog>
  );
}
