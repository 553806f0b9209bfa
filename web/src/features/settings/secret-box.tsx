import { Eye, EyeOff, KeyRound } from 'lucide-react';
import { useRef, useState } from 'react';
import { useMe } from '../../api/session';
import type { Member, Schema } from '../../api/types';
import { moment } from '../../lib/format';
import { Button, IconButton } from '../../ui/button';
import { Input } from '../../ui/field';
import { sectorCopy as words } from './copy';
import { SettingLine } from './parts';
import type { SecretDraft } from './sector-draft';
import { actorName } from './who';

interface Props {
  line: { label: string; help: string; error: string | undefined; optional: boolean };
  placeholder: string | null | undefined;
  draft: SecretDraft;
  onDraft: (draft: SecretDraft) => void;
  onBlur: () => void;
  setting: Schema<'SectorSetting'> | undefined;
  voided: boolean;
  members: readonly Member[];
  mayWrite: boolean;
}

/** Write-only: what is stored never comes back, so a stored one has no box
 * until somebody replaces it. */
export function SecretBox(props: Props) {
  const { line, draft, onDraft, setting, mayWrite } = props;
  const label = line.label;
  const replace = useRef<HTMLButtonElement>(null);
  const stored = setting?.set === true;
  if (!mayWrite) {
    return (
      <SettingLine {...line} plain>
        {() => (
          <Note>
            {stored ? <StoredBy {...props} /> : words.unset} · {words.ownersOnly}
          </Note>
        )}
      </SettingLine>
    );
  }
  if (stored && draft.act !== 'replace') {
    // No `<label for>` here: it would rename the button it points at.
    return (
      <SettingLine {...line} plain error={line.error ?? (props.voided ? words.voided : undefined)}>
        {() => (
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <Note>{draft.act === 'remove' ? words.willGo : <StoredBy {...props} />}</Note>
            <span className="flex gap-2">
              <Button
                ref={replace}
                size="sm"
                aria-label={`${words.replace} ${label}`}
                onClick={() => onDraft({ act: 'replace', text: '' })}
              >
                {words.replace}
              </Button>
              {draft.act === 'remove' ? (
                <Button
                  size="sm"
                  aria-label={`${words.keep} ${label}`}
                  onClick={() => onDraft({ act: 'keep', text: '' })}
                >
                  {words.keep}
                </Button>
              ) : (
                <Button
                  size="sm"
                  variant="danger"
                  aria-label={`${words.remove} ${label}`}
                  onClick={() => onDraft({ act: 'remove', text: '' })}
                >
                  {words.remove}
                </Button>
              )}
            </span>
          </div>
        )}
      </SettingLine>
    );
  }
  const keep = () => {
    onDraft({ act: 'keep', text: '' });
    requestAnimationFrame(() => replace.current?.focus());
  };
  return <Typed {...props} onKeep={stored ? keep : undefined} />;
}

/** The box; with `onKeep`, something is stored and comes back by it. */
function Typed({ line, placeholder, draft, onDraft, onBlur, onKeep }: Props & { onKeep?: () => void }) {
  const [shown, show] = useState(false);
  return (
    <SettingLine {...line}>
      {(ids) => (
        <div className="flex flex-wrap gap-2">
          <div className="relative min-w-48 flex-1">
            <Input
              {...ids}
              // Pressing "Replace" means typing next.
              autoFocus={onKeep !== undefined}
              type={shown ? 'text' : 'password'}
              value={draft.text}
              onChange={(event) => onDraft({ act: 'replace', text: event.currentTarget.value })}
              onBlur={onBlur}
              placeholder={placeholder ?? (onKeep ? words.pasteNew : words.paste)}
              autoComplete="new-password"
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
            />
            <span className="absolute inset-y-0 right-0.5 flex items-center bg-transparent">
              <IconButton
                label={`${shown ? 'Hide' : 'Show'} what is typed into ${line.label}`}
                onClick={() => show(!shown)}
              >
                {shown ? <EyeOff /> : <Eye />}
              </IconButton>
            </span>
          </div>
          {onKeep && (
            <Button aria-label={`${words.keep} ${line.label}`} onClick={onKeep}>
              {words.keep}
            </Button>
          )}
        </div>
      )}
    </SettingLine>
  );
}

function Note({ children }: { children: React.ReactNode }) {
  return (
    <span className="flex min-h-9 items-center gap-2 text-sm text-ink-2">
      <KeyRound aria-hidden className="size-4 shrink-0 text-ink-3" />
      <span>{children}</span>
    </span>
  );
}

function StoredBy({ setting, members }: Props) {
  const { zone } = useMe().client;
  if (!setting?.updated_at) return words.stored;
  return `${words.stored} by ${actorName(setting.updated_by, members)}, ${moment(setting.updated_at, zone)}`;
}
