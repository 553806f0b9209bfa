import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../api/types';
import { makeCall, makeMember } from '../../testing/factories';
import { FakeProblem, type Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';

const company: Schema<'Company'> = {
  name: 'Kavya Living',
  sector: 'ecommerce',
  zone: 'Asia/Kolkata',
  language: 'en-IN',
  fairness: 40,
  languages: ['en-IN', 'en-GB', 'en-US'],
  rev: 3,
};
const SID = 'rehearsed-1';
const listed = makeCall({ id: 'c-1', carrier_call_id: SID, owner_id: 7 });
const detail = (given: Partial<Schema<'CallDetail'>>): Schema<'CallDetail'> => ({
  ...listed,
  transcript: [
    { seq: 1, speaker: 'agent', text: 'What can I do for you?', at: listed.started_at },
    { seq: 2, speaker: 'caller', text: 'How can I pay?', at: listed.started_at },
  ],
  facts: [],
  recordings: [],
  decision: null,
  rescue: null,
  ...given,
});
const routes: Routes = {
  'GET /api/company': company,
  'GET /api/sector-config': { sectors: [] },
  'GET /api/channels': { channels: [] },
  'GET /api/tasks': { tasks: [] },
  'GET /api/agents': { agents: [] },
  'GET /api/teams': {
    team_members: [makeMember({ id: 7, name: 'Asha Menon' })],
  } as unknown as Schema<'Team'>,
  'POST /api/rehearsals': { script: 'question', carrier_call_id: SID },
};

describe('the rehearsed call', () => {
  it('is read along, with its owner, while it is on', async () => {
    const { user, sent } = renderApp('/onboarding?step=call', {
      ...routes,
      'GET /api/calls': { calls: [listed] },
      'GET /api/calls/{id}': detail({ outcome: null, state: 'streaming', ended_at: null }),
    });
    await user.click(await screen.findByRole('button', { name: 'Watch a rehearsed call' }));
    const log = await screen.findByRole('log', { name: 'Transcript' });
    expect(within(log).getByText('How can I pay?')).toBeVisible();
    expect(await screen.findByText('Asha Menon')).toBeVisible();
    expect(screen.getByText('With AI agent')).toBeVisible();
    expect(screen.queryByRole('link', { name: 'See the call' })).toBeNull();
    expect(sent.find((one) => one.key === 'POST /api/rehearsals')?.body).toEqual({ script: 'question' });
  });

  it('says what came of it, and can be watched once more', async () => {
    const { user, sent } = renderApp('/onboarding?step=call', {
      ...routes,
      'GET /api/calls': { calls: [listed] },
      'GET /api/calls/{id}': detail({ counted: false, customer_satisfaction: 5 }),
    });
    await user.click(await screen.findByRole('button', { name: 'Watch a rehearsed call' }));
    expect(await screen.findByText('Resolved by AI')).toBeVisible();
    expect(screen.getByText('5 of 5')).toBeVisible();
    expect(screen.getByText(/it moves nobody’s numbers/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'See the call' })).toHaveAttribute('href', '/calls/c-1');
    await user.click(screen.getByRole('button', { name: 'Once more' }));
    expect(sent.filter((one) => one.key === 'POST /api/rehearsals')).toHaveLength(2);
  });

  it('says that all places are taken, and where to look', async () => {
    const { user } = renderApp('/onboarding?step=call', {
      ...routes,
      'GET /api/calls': { calls: [] },
      'POST /api/rehearsals': () =>
        new FakeProblem(429, {
          code: 'rehearsals_full',
          detail: '4 rehearsed calls are on already; try again when one has ended.',
        }),
    });
    await user.click(await screen.findByRole('button', { name: 'Watch a rehearsed call' }));
    const said = await screen.findByRole('alert');
    expect(said).toHaveTextContent('4 rehearsed calls are on already');
    expect(within(said).getByRole('link', { name: 'See the calls that are on' })).toHaveAttribute(
      'href',
      '/live',
    );
    expect(screen.getByRole('button', { name: 'Once more' })).toBeEnabled();
  });
});
