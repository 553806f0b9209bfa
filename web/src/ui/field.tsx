import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { cn } from '../lib/cn';
import { IconButton } from './button';

const BOX =
  'w-full min-w-0 rounded-sm border border-control bg-surface px-3 text-base text-ink shadow-lift outline-offset-0 disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-poor pointer-coarse:text-lg';

interface Frame {
  label: ReactNode;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
}

interface FrameIds {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

/** Label, control, help and error, linked. The control is a function of the ids
 * that link it, so that any control fits. */
export function Field({
  label,
  help,
  error,
  optional,
  children,
}: Frame & { children: (ids: FrameIds) => ReactNode }) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="min-w-0">
      <div className="mb-1.5 flex items-baseline gap-2">
        <label htmlFor={id} className="text-sm font-medium text-ink">
          {label}
        </label>
        {optional && <span className="text-xs text-ink-3">Optional</span>}
      </div>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described || undefined })}
      {help && (
        <p id={`${id}-help`} className="mt-1.5 text-sm text-ink-3">
          {help}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 text-sm font-medium text-poor-text">
          {error}
        </p>
      )}
    </div>
  );
}

type InputProps = Omit<ComponentProps<'input'>, 'className' | 'style'>;

/** Bare, for places that bring their own label. */
export function Input(props: InputProps) {
  return <input {...props} className={cn(BOX, 'h-9 pointer-coarse:h-11')} />;
}

export function TextField({ label, help, error, optional, ...input }: Frame & InputProps) {
  return (
    <Field label={label} help={help} error={error} optional={optional}>
      {(ids) => <Input {...input} {...ids} />}
    </Field>
  );
}

/** A password that can be shown while it is typed. */
export function PasswordField({ label, help, error, optional, ...input }: Frame & InputProps) {
  const [shown, show] = useState(false);
  return (
    <Field label={label} help={help} error={error} optional={optional}>
      {(ids) => (
        <div className="relative">
          <input
            autoComplete="new-password"
            spellCheck={false}
            {...input}
            {...ids}
            type={shown ? 'text' : 'password'}
            className={cn(BOX, 'h-9 pr-11 pointer-coarse:h-11')}
          />
          <span className="absolute inset-y-0 right-0.5 flex items-center">
            <IconButton
              label={shown ? 'Hide what is typed' : 'Show what is typed'}
              onClick={() => show(!shown)}
            >
              {shown ? <EyeOff /> : <Eye />}
            </IconButton>
          </span>
        </div>
      )}
    </Field>
  );
}

type AreaProps = Omit<ComponentProps<'textarea'>, 'className' | 'style'>;

export function TextArea({ label, help, error, optional, ...area }: Frame & AreaProps) {
  return (
    <Field label={label} help={help} error={error} optional={optional}>
      {(ids) => <textarea rows={4} {...area} {...ids} className={cn(BOX, 'py-2')} />}
    </Field>
  );
}

interface Choice<V extends string> {
  value: V;
  label: string;
}

type ChoiceProps<V extends string> = Frame & { name: string; options: readonly Choice<V>[]; defaultValue: V };

/** The browser's own select: for pages that should not load more for one choice. */
export function ChoiceField<V extends string>({
  label,
  help,
  error,
  optional,
  options,
  ...rest
}: ChoiceProps<V>) {
  return (
    <Field label={label} help={help} error={error} optional={optional}>
      {(ids) => (
        <select {...rest} {...ids} className={cn(BOX, 'h-9 pointer-coarse:h-11')}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type SearchProps = Omit<InputProps, 'type'> & { label: string };

export function SearchField({ label, ...input }: SearchProps) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      {...input}
      className={cn(BOX, 'h-9 pointer-coarse:h-11')}
    />
  );
}
