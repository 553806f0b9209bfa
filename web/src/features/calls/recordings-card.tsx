import type { Schema } from '../../api/types';
import { Card } from '../../ui/card';
import { RecordingPlayer } from '../../ui/recording-player';
import { copy, recordingName } from './copy';

interface Props {
  callId: string;
  recordings: readonly Schema<'Recording'>[];
}

/** What the carrier recorded: to be heard, on its way, or given up and why. */
export function RecordingsCard({ callId, recordings }: Props) {
  return (
    <Card title={copy.recordings}>
      <ul className="flex flex-col gap-4">
        {recordings.map(({ kind, state, reason }) => (
          <li key={kind} className="min-w-0">
            <p className="mb-1.5 text-sm font-medium">{recordingName[kind]}</p>
            {state === 'ready' && <RecordingPlayer callId={callId} kind={kind} />}
            {state === 'pending' && <p className="text-sm text-ink-3">{copy.recordingPending}</p>}
            {state === 'failed' && (
              <p className="text-sm wrap-anywhere text-poor-text">{copy.recordingFailed(reason ?? '')}</p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
