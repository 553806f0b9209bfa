import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Assignment, Member, Schema } from '../../api/types';
import { makeAgent, makeMember, makeUser } from '../../testing/factories';
import { FakeProblem, type Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';

const assigned: Assignment = {
  agent_id: 1,
  agent_type: 'order_status',
  name: 'Order status',
  sector: 'ecommerce',
  proficiency_level: 70,
  calls_handled: 12,
  success_rate: 91.6,
  avg_handling_time: 95,
};
const aarav = makeMember({ agents: [assigned], rev: 3 });
const performance: Schema<'Performance'> = {
  member_id: 2,
  days: 7,
  from: '2026-11-17',
  to: '2026-11-23',
  zone: 'Asia/Kolkata',
  calls_total: 0,
  calls_known: 0,
  ratings: 0,
  score: { provisional: true },
  rescues: { total: 0, resolved: 0 },
  agents: [],
  trend: [],
};
const routes: Routes = {
  'GET /api/teams': { team_members: [aarav, makeMember({ id: 3, name: 'Bela Roy', email: 'bela@x.co' })] },
  'GET /api/teams/all': { teams: [{ id: 1, name: 'Care', rev: 1 }] },
  'GET /api/teams/members/{id}': aarav,
  'GET /api/teams/members/{id}/performance': performance,
  'GET /api/agents': {
    agents: [makeAgent(), makeAgent({ agent_id: 9, name: 'Triage', sector: 'healthcare' })],
  },
  'GET /api/calls': { calls: [] },
};
const stale = (current: Member) =>
  new FakeProblem(409, { code: 'stale', detail: 'Somebody else changed it.', current: current as never });

/** The exact level of the agent that is assigned. */
const exact = () => screen.findByRole('spinbutton', { name: /Order status/ });

describe('/team', () => {
  it('filters as one types, says when nothing matches, and clears', async () => {
    const { user, router } = renderApp('/team', routes);
    expect(await screen.findByRole('link', { name: /Aarav Menon/ })).toBeVisible();
    await user.type(screen.getByRole('searchbox'), 'bela');
    await waitFor(() => expect(screen.queryByRole('link', { name: /Aarav/ })).toBeNull());
    await waitFor(() => expect(router.state.location.search).toEqual({ q: 'bela' }));
    await user.type(screen.getByRole('searchbox'), 'zzz');
    await user.click(await screen.findByRole('button', { name: 'Clear' }));
    expect(await screen.findByRole('link', { name: /Aarav Menon/ })).toBeVisible();
    expect(screen.getAllByText('No calls yet')).toHaveLength(2);
  });

  it('puts a duplicate e-mail at its field and keeps what was typed, then shows the link', async () => {
    let tries = 0;
    const { user } = renderApp('/team', {
      ...routes,
      'POST /api/teams/members': () => {
        tries += 1;
        if (tries > 1) return makeMember({ id: 7, name: 'Priya' });
        return new FakeProblem(409, {
          code: 'email_taken',
          detail: 'Somebody with this e-mail is in the team.',
          field: 'email',
        });
      },
      'POST /api/teams/members/{id}/invitation': {
        url: 'https://caly.example/join#token',
        expires_at: '2026-11-30T00:00:00Z',
        emailed: false,
        why_not: 'No mail server is set up.',
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Add member' }));
    const email = await screen.findByLabelText('E-mail');
    await user.type(email, 'nonsense');
    await user.tab();
    expect(await screen.findByText(/Type a whole e-mail address/)).toBeVisible();
    await user.clear(email);
    await user.type(email, 'aarav@example.com');
    await user.type(screen.getByLabelText('Full name'), 'Priya');
    await user.click(screen.getByRole('button', { name: 'Add and invite' }));
    expect(await screen.findByText('Somebody with this e-mail is in the team.')).toBeVisible();
    expect(email).toHaveFocus();
    expect(email).toHaveValue('aarav@example.com');
    expect(screen.getByLabelText('Full name')).toHaveValue('Priya');
    await user.click(screen.getByRole('button', { name: 'Add and invite' }));
    expect(await screen.findByLabelText('Invitation link')).toHaveValue('https://caly.example/join#token');
    expect(screen.getByText(/No mail server is set up/)).toBeVisible();
  });

  it('shows a member without a lead role only himself, with nothing that he may not do', async () => {
    const { router } = renderApp('/team', {
      ...routes,
      'GET /api/auth/me': makeUser({ role: 'agent', member_id: 2 }),
    });
    expect(await screen.findByRole('heading', { name: /Aarav Menon/ })).toBeVisible();
    expect(router.state.location.pathname).toBe('/team/2');
    for (const name of ['Edit', /^More for/, 'Assign agent', /^Remove/]) {
      expect(screen.queryByRole('button', { name })).toBeNull();
    }
    expect(screen.queryByRole('slider')).toBeNull();
    expect(screen.getByRole('combobox', { name: 'Availability' })).toBeVisible();
  });
});

describe('/team/:id assignments', () => {
  it('saves the whole set on the revision that was looked at', async () => {
    const { user, sent } = renderApp('/team/2', {
      ...routes,
      'PUT /api/teams/members/{id}/agents': { ...aarav, rev: 4 },
    });
    await user.clear(await exact());
    await user.type(await exact(), '85');
    await user.click(screen.getByRole('button', { name: 'Assign agent' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).queryByRole('button', { name: /^Assign Order status/ })).toBeNull();
    await user.click(within(dialog).getByRole('button', { name: /^Assign Triage/ }));
    await user.click(within(dialog).getByRole('button', { name: 'Done' }));
    await user.click(screen.getByRole('button', { name: 'Save changes' }));
    await waitFor(() => expect(screen.queryByText('Unsaved changes')).toBeNull());
    const put = sent.find((one) => one.key === 'PUT /api/teams/members/{id}/agents');
    expect(put?.headers.get('if-match')).toBe('"3"');
    expect(put?.body).toEqual({
      assignments: [
        { agent_id: 1, proficiency_level: 85 },
        { agent_id: 9, proficiency_level: 50 },
      ],
    });
  });

  it('shows both versions when somebody else saved first, and writes over theirs only when told', async () => {
    const theirs = { ...aarav, rev: 8, agents: [{ ...assigned, proficiency_level: 20 }] };
    const { user, sent } = renderApp('/team/2', {
      ...routes,
      'PUT /api/teams/members/{id}/agents': ({ headers }) =>
        headers.get('if-match') === '"8"' ? { ...theirs, rev: 9 } : stale(theirs),
    });
    await user.clear(await exact());
    await user.type(await exact(), '85');
    await user.click(screen.getByRole('button', { name: 'Save changes' }));
    const dialog = await screen.findByRole('dialog', { name: 'Somebody else changed these assignments' });
    expect(within(dialog).getByRole('row', { name: 'Order status, Online shop 85 20' })).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Save mine' }));
    await waitFor(() => expect(screen.queryByRole('dialog', { name: /Somebody else/ })).toBeNull());
    expect(sent.filter((one) => one.key.startsWith('PUT')).map((one) => one.headers.get('if-match'))).toEqual(
      ['"3"', '"8"'],
    );
  });

  it('does not ask when only something else of the member was changed', async () => {
    const { user, sent } = renderApp('/team/2', {
      ...routes,
      'PUT /api/teams/members/{id}/agents': ({ headers }) =>
        headers.get('if-match') === '"8"' ? { ...aarav, rev: 9 } : stale({ ...aarav, rev: 8 }),
    });
    await user.clear(await exact());
    await user.type(await exact(), '85');
    await user.click(screen.getByRole('button', { name: 'Save changes' }));
    await waitFor(() => expect(screen.queryByText('Unsaved changes')).toBeNull());
    expect(sent.filter((one) => one.key.startsWith('PUT'))).toHaveLength(2);
  });

  it('keeps the draft when saving fails, and asks before it is left', async () => {
    const { user, router } = renderApp('/team/2', {
      ...routes,
      'PUT /api/teams/members/{id}/agents': () =>
        new FakeProblem(503, { code: 'busy', detail: 'Try again in a second.' }),
    });
    await user.click(await screen.findByRole('button', { name: 'Remove Order status, Online shop' }));
    await user.click(screen.getByRole('button', { name: 'Save changes' }));
    expect(await screen.findByText('Try again in a second.')).toBeVisible();
    expect(screen.getByText('No agent is assigned')).toBeVisible();
    await user.click(screen.getByRole('link', { name: 'All members' }));
    const ask = await screen.findByRole('alertdialog', { name: 'Leave without saving?' });
    await user.click(within(ask).getByRole('button', { name: 'Cancel' }));
    expect(router.state.location.pathname).toBe('/team/2');
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await exact()).toHaveValue(70);
    expect(screen.queryByText('Unsaved changes')).toBeNull();
  });
});
