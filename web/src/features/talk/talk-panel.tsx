import { useQuery } from '@tanstack/react-query';
import { Mic, MicOff, PhoneOff } from 'lucide-react';
import { callQuery } from '../../api/calls';
import { useMe } from '../../api/session';
import { duration } from '../../lib/format';
import { useNow } from '../../lib/use-now';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Empty } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { Transcript } from '../../ui/transcript';
import { copy, troubles } from './copy';
import { type TalkState, useTalk } from './use-talk';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

/** A talk with the company's agent, from the first word to what came of it. */
export function TalkPanel() {
  const talk = useTalk();
  const { state } = talk;
  const callId = 'callId' in state ? state.callId : undefined;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Card>
        <div aria-live="polite">
          <Stage state={state} onStart={talk.start} />
        </div>
        {state.at === 'on' && <Controls talk={talk} />}
      </Card>
      {callId && <Words id={callId} live={state.at === 'on'} />}
    </div>
  );
}

function Stage({ state, onStart }: { state: TalkState; onStart: () => void }) {
  const again = (
    <Button variant="primary" size="lg" onClick={onStart}>
      <Mic aria-hidden />
      {state.at === 'idle' ? copy.start : copy.again}
    </Button>
  );
  switch (state.at) {
    case 'idle':
      return (
        <Empty icon={<Mic />} title={copy.before} action={again}>
          {copy.beforeNote}
        </Empty>
      );
    case 'asking':
      return (
        <Empty icon={<Mic />} title={copy.asking}>
          {copy.askingNote}
        </Empty>
      );
    case 'connecting':
      return <Empty icon={<Mic />} title={copy.connecting} />;
    case 'on':
      return <Running since={state.since} />;
    case 'over':
      return (
        <Empty title={copy.over} action={again}>
          <TextLink to={`/calls/${state.callId}`}>{copy.seeCall}</TextLink>
        </Empty>
      );
    case 'trouble':
      return (
        <Empty icon={<MicOff />} title={copy.trouble} action={again}>
          {state.trouble === 'server' ? state.words : troubles[state.trouble]}{' '}
          {state.callId && <TextLink to={`/calls/${state.callId}`}>{copy.seeCall}</TextLink>}
        </Empty>
      );
  }
}

function Running({ since }: { since: string }) {
  const now = useNow();
  return (
    <div className="pt-6 text-center">
      <p className="text-base font-semibold">{copy.on}</p>
      {/* Ticking would be read out each second. */}
      <p aria-live="off" className="tabular mt-1 text-2xl font-semibold tracking-tight">
        {duration((now - Date.parse(since)) / 1000)}
      </p>
    </div>
  );
}

function Controls({ talk }: { talk: ReturnType<typeof useTalk> }) {
  return (
    <div className="flex flex-col items-center gap-5 pt-4 pb-2">
      <span
        ref={talk.meter}
        role="img"
        aria-label={copy.level}
        className="talk-level block h-1.5 w-40 overflow-hidden rounded-full bg-track"
      >
        <span className="block h-full rounded-full bg-good" />
      </span>
      <fieldset className="grid grid-cols-3 gap-2">
        <legend className="sr-only">{copy.keypad}</legend>
        {KEYS.map((key) => (
          <Button key={key} size="lg" onClick={() => talk.press(key)}>
            <span className="tabular w-6 text-base">{key}</span>
          </Button>
        ))}
      </fieldset>
      <div className="flex gap-2">
        <Button aria-pressed={talk.muted} onClick={() => talk.mute(!talk.muted)}>
          {talk.muted ? <MicOff aria-hidden /> : <Mic aria-hidden />}
          {talk.muted ? copy.unmute : copy.mute}
        </Button>
        <Button variant="danger" onClick={talk.hangUp}>
          <PhoneOff aria-hidden />
          {copy.hangUp}
        </Button>
      </div>
    </div>
  );
}

/** The words as the server understood them. */
function Words({ id, live }: { id: string; live: boolean }) {
  const { zone } = useMe().client;
  const turns = useQuery(callQuery(id)).data?.transcript ?? [];
  return (
    <Card title={copy.transcript} body="flush">
      <div className="min-h-48">
        <Transcript turns={turns} zone={zone} live={live} />
      </div>
    </Card>
  );
}
