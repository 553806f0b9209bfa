import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../api/types';
import type { Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';

function number(id: number): Schema<'Channel'> {
  const at = (applet: string) => `https://caly.example/exotel/key-${id}/${applet}`;
  return {
    id,
    kind: 'phone',
    carrier: 'exotel',
    name: `Line ${id}`,
    number: `+9180471000${10 + id}`,
    sector: 'ecommerce',
    team_id: 1,
    entry_agent_id: 1,
    carrier_login_set: false,
    keep_talks: false,
    is_active: true,
    hook_urls: {
      voicebot: at('voicebot'),
      after_bot: at('after-bot'),
      connect: at('connect'),
      after_connect: at('after-connect'),
      greeting: at('greeting'),
      status: at('status'),
    },
    rev: 1,
  };
}

const routesOf = (count: number): Routes => ({
  'GET /api/channels': { channels: Array.from({ length: count }, (_, n) => number(n + 1)) },
  'GET /api/channels/{id}/requests': { applets: [], requests: [] },
  'GET /api/agents': { agents: [], next_cursor: null } as never,
  'GET /api/teams/all': { teams: [] },
});

describe('/settings/phone', () => {
  it('shows the addresses of a few numbers at once', async () => {
    renderApp('/settings/phone', routesOf(8));
    await waitFor(() => expect(screen.getAllByText('Waiting for the first call…')).toHaveLength(8));
    expect(screen.queryByRole('button', { name: /^Addresses/ })).toBeNull();
  });

  it('asks about one of many numbers when its addresses are wanted, not before', async () => {
    const { user, sent } = renderApp('/settings/phone', routesOf(9));
    const button = await screen.findByRole('button', { name: 'Addresses to paste: Line 7' });
    const asked = () => sent.filter(({ path }) => path.endsWith('/requests')).map(({ path }) => path);
    expect(asked()).toEqual([]);
    expect(button).toHaveAttribute('aria-expanded', 'false');
    await user.click(button);
    expect(await screen.findByText('Waiting for the first call…')).toBeVisible();
    expect(screen.getByDisplayValue('https://caly.example/exotel/key-7/voicebot')).toBeVisible();
    expect(asked()).toEqual(['/api/channels/7/requests']);
    await user.click(button);
    expect(screen.queryByDisplayValue('https://caly.example/exotel/key-7/voicebot')).toBeNull();
  });
});
