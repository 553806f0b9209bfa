import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../api/types';
import { makeAgent, makeCall, makeMember } from '../../testing/factories';
import { FakeProblem, type Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';

const routes: Routes = {
  'GET /api/agents': { agents: [makeAgent()] },
  'GET /api/teams': { team_members: [makeMember()] },
  'GET /api/channels': { channels: [] },
  'GET /api/tasks': { tasks: [] },
  'GET /api/calls': ({ query }) => ({ calls: query.get('live') ? [] : [makeCall()] }),
};

/** A call of which nothing is kept but these. */
const detail = (recordings: Schema<'Recording'>[]) => ({
  ...makeCall(),
  transcript: [],
  facts: [],
  rescue: null,
  recordings,
  decision: null,
});

describe('/calls/:id', () => {
  it('shows the transcript as text, whatever it says, and corrects with a reason', async () => {
    const call = {
      ...makeCall(),
      transcript: [
        {
          seq: 1,
          speaker: 'caller' as const,
          text: '<img src=x onerror=alert(1)>',
          at: '2026-11-23T06:00:10Z',
        },
      ],
      facts: [{ seq: 1, at: '2026-11-23T06:00:02Z', actor: 'agent', kind: 'answered', data: {} }],
      rescue: null,
      recordings: [],
      decision: null,
    };
    const { user, sent } = renderApp(`/calls/${call.id}`, {
      ...routes,
      'GET /api/calls/{id}': call,
      'PUT /api/calls/{id}/outcome': () =>
        new FakeProblem(409, { code: 'stale', detail: 'Look at it again.' }),
    });
    expect(await screen.findByText('<img src=x onerror=alert(1)>')).toBeVisible();
    expect(screen.getByText('The call was answered')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Correct' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Correct outcome' }));
    expect(within(dialog).getByText('Say why, in one line.')).toBeVisible();
    expect(sent.some((one) => one.key.startsWith('PUT'))).toBe(false);
    await user.type(within(dialog).getByLabelText('Reason'), 'She called again.');
    await user.click(within(dialog).getByRole('button', { name: 'Correct outcome' }));
    expect(await within(dialog).findByText('Look at it again.')).toBeVisible();
    expect(within(dialog).getByLabelText('Reason')).toHaveValue('She called again.');
    const put = sent.find((one) => one.key.startsWith('PUT'));
    expect(put?.body).toEqual({ outcome: 'resolved_by_agent', reason: 'She called again.' });
    expect(put?.headers.get('if-match')).toBe('"1"');
  });
});

describe('recordings', () => {
  const call = makeCall();
  // Sound is no JSON, and the fake server knows nothing else.
  const SOUND = 'sound' as never;

  it('of a call are fetched when asked for, and said why when they cannot be', async () => {
    let answers = 0;
    const { user, sent } = renderApp(`/calls/${call.id}`, {
      ...routes,
      'GET /api/calls/{id}': detail([
        { kind: 'talk', state: 'failed', reason: 'the carrier refused the login' },
        { kind: 'voicemail', state: 'ready', reason: null },
      ]),
      'GET /api/calls/{id}/recording': () => {
        answers += 1;
        return answers === 1
          ? new FakeProblem(409, { code: 'recording_pending', detail: 'Try again in a minute.' })
          : SOUND;
      },
    });
    expect(await screen.findByText(/the carrier refused the login/)).toBeVisible();
    // Hearing is a look: nothing is fetched unasked.
    const heard = () => sent.filter((one) => one.key.endsWith('/recording'));
    expect(heard()).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Play voicemail' }));
    expect(await screen.findByText('Try again in a minute.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Play voicemail' }));
    const player = await screen.findByLabelText<HTMLAudioElement>('Voicemail');
    expect(player.src).toMatch(/^blob:/);
    expect(player.controls).toBe(true);
    expect(heard().map((one) => one.path)).toEqual(
      Array(2).fill(`/api/calls/${call.id}/recording?kind=voicemail`),
    );
    fireEvent.error(player);
    expect(await screen.findByText('This browser cannot play the recording.')).toBeVisible();
  });

  it('that the carrier has not handed out are on their way', async () => {
    renderApp(`/calls/${call.id}`, {
      ...routes,
      'GET /api/calls/{id}': detail([{ kind: 'voicemail', state: 'pending', reason: null }]),
    });
    expect(await screen.findByText(/has not handed it out yet/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Play voicemail' })).toBeNull();
  });

  it('stand with the task of a voicemail, and with no other', async () => {
    const task = {
      id: '0198f000-0000-7000-8000-0000000000d2',
      call_id: call.id,
      kind: 'voicemail' as const,
      state: 'open' as const,
      caller_name: null,
      caller_number: null,
      text: 'The caller left a voicemail.',
      created_at: '2026-11-20T06:00:00Z',
      due_at: '2026-11-21T06:00:00Z',
      claimed_by: null,
      done_by: null,
      done_at: null,
      rev: 1,
    };
    const message = { ...task, id: '0198f000-0000-7000-8000-0000000000d3', kind: 'message' as const };
    const { user } = renderApp('/tasks', {
      ...routes,
      'GET /api/tasks': { tasks: [task, message] },
      'GET /api/calls/{id}/recording': SOUND,
    });
    await user.click(await screen.findByRole('button', { name: 'Play voicemail' }));
    // The only one of that name: a message has nothing to be heard.
    expect(await screen.findByLabelText('Voicemail')).toBeInTheDocument();
  });
});

describe('/tasks', () => {
  it('claims a task and says why it cannot', async () => {
    const task = {
      id: '0198f000-0000-7000-8000-0000000000d1',
      call_id: null,
      kind: 'callback' as const,
      state: 'open' as const,
      caller_name: 'Meena',
      caller_number: '+91 98•• ••217',
      text: 'Call me about 1024.',
      created_at: '2026-11-20T06:00:00Z',
      due_at: '2026-11-21T06:00:00Z',
      claimed_by: null,
      done_by: null,
      done_at: null,
      rev: 3,
    };
    const { user, sent } = renderApp('/tasks', {
      ...routes,
      'GET /api/tasks': { tasks: [task] },
      'POST /api/tasks/{id}/claim': () =>
        new FakeProblem(409, { code: 'not_now', detail: 'Somebody else holds this task.' }),
    });
    expect(await screen.findByText('Call me about 1024.')).toBeVisible();
    expect(screen.getByText('Overdue')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Claim' }));
    expect(await screen.findByText('Somebody else holds this task.')).toBeVisible();
    expect(sent.find((one) => one.key.includes('claim'))?.headers.get('if-match')).toBe('"3"');
  });
});
