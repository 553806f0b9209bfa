import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Assignment, Schema } from '../../api/types';
import { makeAgent, makeMember } from '../../testing/factories';
import { FakeProblem, type Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';
import { agentRows, matching } from './agent-rows';

const agents = [
  makeAgent(),
  makeAgent({
    agent_id: 9,
    agent_type: 'triage',
    name: 'Triage',
    sector: 'healthcare',
    purpose: 'Sorts callers.',
  }),
];
const assigned: Assignment = {
  agent_id: 1,
  agent_type: 'order_status',
  name: 'Order status',
  sector: 'ecommerce',
  proficiency_level: 70,
  calls_handled: 12,
  success_rate: 91.6,
};
const members = [
  makeMember({ agents: [assigned] }),
  makeMember({ id: 3, name: 'Gone', status: 'inactive', agents: [assigned] }),
];
const line = (sector: Schema<'SectorLine'>['sector'], name: string): Schema<'SectorLine'> => ({
  sector,
  name,
  about: '',
  own: sector === 'ecommerce',
  agents: 1,
  fields: 0,
  fields_set: 0,
});
const routes: Routes = {
  'GET /api/agents': { agents },
  'GET /api/teams': { team_members: members },
  'GET /api/sector-config': { sectors: [line('ecommerce', 'Online shop'), line('healthcare', 'Clinic')] },
};

describe('agent rows', () => {
  const rows = agentRows(agents, members, new Map([['ecommerce', 'Online shop']]));

  it('counts only people who are here', () => {
    expect(rows[0]?.keepers.map((keeper) => keeper.name)).toEqual(['Aarav Menon']);
  });

  it('finds by every word, in name, sector and purpose', () => {
    expect(matching(rows, 'shop order', 'all')).toHaveLength(1);
    expect(matching(rows, 'shop', 'healthcare')).toHaveLength(0);
    expect(matching(rows, 'where is it', 'all')).toHaveLength(2);
    expect(matching(rows, '', 'all')).toHaveLength(2);
  });
});

describe('/agents', () => {
  it('shows agents by sector with the people who look after them, and filters as one types', async () => {
    const { user, router } = renderApp('/agents', routes);
    const shop = await screen.findByRole('heading', { name: 'Online shop' });
    expect(shop).toBeVisible();
    expect(screen.getByText('Aarav Menon')).toBeVisible();
    const box = screen.getByRole('searchbox');
    await user.type(box, 'triage');
    expect(await screen.findByRole('heading', { name: 'Clinic' })).toBeVisible();
    expect(screen.queryByRole('heading', { name: 'Online shop' })).toBeNull();
    await waitFor(() => expect(router.state.location.search).toEqual({ q: 'triage' }));
    await user.clear(box);
    await user.type(box, 'zzz');
    await user.click(within(screen.getByRole('main')).getByRole('button', { name: 'Clear' }));
    expect(await screen.findByRole('heading', { name: 'Online shop' })).toBeVisible();
  });

  it('shows the first who look after an agent, and more when asked', async () => {
    const many = Array.from({ length: 40 }, (_, n) =>
      makeMember({ id: n + 10, name: `Person ${n}`, agents: [{ ...assigned, proficiency_level: 90 - n }] }),
    );
    const { user } = renderApp('/agents', { ...routes, 'GET /api/teams': { team_members: many } });
    expect(await screen.findByText('Person 4')).toBeVisible();
    expect(screen.queryByText('Person 5')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Show 20 of 35 more' }));
    expect(screen.getByText('Person 24')).toBeVisible();
    expect(screen.queryByText('Person 25')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Show 15 more' }));
    expect(screen.getByText('Person 39')).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Show/ })).toBeNull();
  });

  it('says why when the server refuses, and keeps the frame', async () => {
    renderApp('/agents', {
      ...routes,
      'GET /api/teams': () => new FakeProblem(503, { code: 'busy', detail: 'Try again in a second.' }),
    });
    expect(await screen.findByText('Try again in a second.')).toBeVisible();
    expect(screen.getByRole('navigation', { name: 'Pages' })).toBeInTheDocument();
  });
});
