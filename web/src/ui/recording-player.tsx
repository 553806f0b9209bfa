import { useMutation } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type ApiError, asApiError } from '../api/client';
import { fetchRecording, type RecordingKind } from '../api/recordings';
import { Button } from './button';
import { FormError } from './states';

const copy: Record<RecordingKind, { play: string; name: string }> = {
  voicemail: { play: 'Play voicemail', name: 'Voicemail' },
  talk: { play: 'Play recording', name: 'Recording of the call' },
};
const broken = 'This browser cannot play the recording.';

interface Props {
  callId: string;
  kind: RecordingKind;
}

/** Fetched when it is asked for: hearing it is a look that may be written down. */
export function RecordingPlayer({ callId, kind }: Props) {
  const player = useRef<HTMLAudioElement>(null);
  const [silent, setSilent] = useState(false);
  const { mutate, data, error, isPending } = useMutation<string, ApiError>({
    mutationFn: async () => {
      try {
        return URL.createObjectURL(await fetchRecording(callId, kind));
      } catch (refusal) {
        throw asApiError(refusal);
      }
    },
  });
  useEffect(() => {
    // The button is gone: whoever pressed it goes on at the player.
    player.current?.focus();
    return () => {
      if (data) URL.revokeObjectURL(data);
    };
  }, [data]);
  const { play, name } = copy[kind];
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      {data ? (
        // biome-ignore lint/a11y/useMediaCaption: nobody has written down what was said
        <audio
          ref={player}
          aria-label={name}
          className="h-10 w-full max-w-md"
          src={data}
          controls
          autoPlay
          onError={() => setSilent(true)}
        />
      ) : (
        <Button size="sm" pending={isPending} onClick={() => mutate()}>
          <Play aria-hidden />
          {play}
        </Button>
      )}
      <FormError>{silent ? broken : error?.message}</FormError>
    </div>
  );
}
