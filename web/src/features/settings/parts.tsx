import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/dialog';
import { FormError } from '../../ui/states';
import { copy } from './copy';

export interface LineIds {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

interface LineProps {
  label: ReactNode;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  /** Text in the label's place where no control is to be named, as beside "Replace". */
  plain?: boolean;
  children: (ids: LineIds) => ReactNode;
}

/** A setting on one line: its name to the left, control, help and error to the right. */
export function SettingLine({ label, help, error, optional, plain, children }: LineProps) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="grid scroll-mb-28 gap-x-6 gap-y-2 border-t border-line py-4 first:border-0 first:pt-1 last:pb-1 sm:grid-cols-[12rem_minmax(0,1fr)]">
      <div className="sm:pt-2">
        {plain ? (
          <span className="text-base font-medium">{label}</span>
        ) : (
          <label htmlFor={id} className="text-base font-medium">
            {label}
          </label>
        )}
        {optional && <span className="ml-2 text-xs text-ink-3">Optional</span>}
      </div>
      <div className="min-w-0">
        {children({
          id,
          'aria-invalid': error ? true : undefined,
          'aria-describedby': described || undefined,
        })}
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
    </div>
  );
}

interface SaveBarProps {
  dirty: boolean;
  pending: boolean;
  onDiscard: () => void;
  error?: ReactNode;
  /** Beside Save, such as a test. */
  extra?: ReactNode;
  /** Above the buttons, such as what the test said. */
  note?: ReactNode;
}

/** Below a form, always in view; `Save` submits the form around it. */
export function SaveBar({ dirty, pending, onDiscard, error, extra, note }: SaveBarProps) {
  return (
    <div className="sticky bottom-3 z-10 flex flex-col gap-3 rounded-lg border border-line bg-surface px-5 py-3.5 shadow-float">
      {note}
      <FormError>{error}</FormError>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="text-sm text-ink-3">
          {dirty ? copy.unsaved : copy.allSaved}
        </p>
        <div className="flex flex-row-reverse flex-wrap gap-2 max-sm:w-full max-sm:flex-col max-sm:[&>*]:w-full">
          <Button type="submit" variant="primary" pending={pending} disabled={!dirty}>
            {copy.save}
          </Button>
          {extra}
          {dirty && (
            <Button variant="ghost" onClick={onDiscard}>
              {copy.discard}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** Asks before a draft is lost by a navigation or a reload. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      dirty && (current.pathname !== next.pathname || current.fullPath !== next.fullPath),
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Confirm
      open
      onClose={blocker.reset}
      title={copy.leaveTitle}
      action={copy.leave}
      onConfirm={blocker.proceed}
    >
      {copy.leaveNote}
    </Confirm>
  );
}
