import { Controller, type ControllerRenderProps, useFormContext } from 'react-hook-form';
import { may, useMe } from '../../api/session';
import type { Member } from '../../api/types';
import { Input } from '../../ui/field';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';
import { sectorCopy as words } from './copy';
import { type LineIds, SettingLine } from './parts';
import { SecretBox } from './secret-box';
import { type Field, isKnown, isSecret, type SecretDraft, type settingOf, type Values } from './sector-draft';

interface Props {
  field: Field;
  setting: ReturnType<typeof settingOf>;
  /** Its address changes, so what is stored goes. */
  voided: boolean;
  members: readonly Member[];
}

export function SectorFieldLine({ field, setting, voided, members }: Props) {
  const form = useFormContext<Values>();
  const { role } = useMe();
  if (!isKnown(field)) {
    return (
      <SettingLine plain label={field.label} error={words.unknown(field.type)}>
        {() => null}
      </SettingLine>
    );
  }
  const error = form.formState.errors[field.key]?.message as string | undefined;
  const line = { label: field.label, help: field.help, error, optional: !field.required };
  return (
    <Controller
      control={form.control}
      name={field.key}
      render={({ field: bound }) =>
        field.type === 'password' ? (
          <SecretBox
            line={line}
            placeholder={field.placeholder}
            draft={isSecret(bound.value) ? bound.value : { act: 'keep', text: '' }}
            onDraft={(draft: SecretDraft) => {
              bound.onChange(draft);
              form.clearErrors(bound.name);
            }}
            onBlur={bound.onBlur}
            setting={setting}
            voided={voided}
            members={members}
            mayWrite={may.own(role)}
          />
        ) : (
          <SettingLine {...line}>{(ids) => <Box field={field} ids={ids} bound={bound} />}</SettingLine>
        )
      }
    />
  );
}

interface BoxProps {
  field: Field;
  ids: LineIds;
  bound: ControllerRenderProps<Values, string>;
}

/** What a setting that is no secret is typed into. */
function Box({ field, ids, bound: { value, onChange, onBlur, name } }: BoxProps) {
  if (field.type === 'checkbox') {
    const { id, 'aria-describedby': described } = ids;
    return (
      <span className="flex h-9 items-center">
        <Switch id={id} aria-describedby={described} checked={value === true} onChange={onChange} />
      </span>
    );
  }
  if (field.type === 'select') {
    return (
      <Select
        {...ids}
        options={choices(field)}
        placeholder={words.unset}
        value={String(value)}
        onChange={onChange}
        onBlur={onBlur}
      />
    );
  }
  return (
    <Input
      {...ids}
      name={name}
      value={String(value)}
      onChange={onChange}
      onBlur={onBlur}
      placeholder={field.placeholder ?? undefined}
      aria-required={field.required || undefined}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

function choices(field: Field) {
  const given = field.options.map((value) => ({ value, label: value }));
  return field.required ? given : [{ value: '', label: words.unset }, ...given];
}
