import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../api/types';
import { makeMember, makeUser } from '../../testing/factories';
import { FakeProblem, type Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';

function sectorField(key: string, given: Partial<Schema<'SectorField'>> = {}): Schema<'SectorField'> {
  return { key, label: key, type: 'text', required: false, options: [], help: `About ${key}.`, ...given };
}

const config: Schema<'SectorConfig'> = {
  sector: 'ecommerce',
  name: 'Online shop',
  about: 'Orders and returns.',
  fields: [
    sectorField('shop_url', { label: 'Store address', required: true, url_group: 'shop' }),
    sectorField('shop_token', {
      label: 'Admin API token',
      type: 'password',
      required: true,
      url_group: 'shop',
    }),
    sectorField('brand_new', { label: 'Brand new', help: 'A field no page was built for.' }),
    sectorField('when', { label: 'When', type: 'date' as Schema<'FieldType'> }),
  ],
  settings: [
    { key: 'shop_url', set: true, value: 'shop.example' },
    { key: 'shop_token', set: true, updated_at: '2026-11-20T06:30:00Z', updated_by: 'member:2' },
    { key: 'brand_new', set: false },
    { key: 'when', set: false },
  ],
  agents: [],
  linked: [],
};
const routes: Routes = {
  'GET /api/sector-config/{sector}': config,
  'GET /api/sector-config': {
    sectors: [
      {
        sector: 'ecommerce',
        name: 'Online shop',
        about: '',
        own: true,
        agents: 7,
        fields: 4,
        fields_set: 2,
      },
    ],
  },
  'GET /api/teams': { team_members: [makeMember()] },
};

describe('/settings/sector', () => {
  it('point 26: draws what the server lists, and says what it cannot draw', async () => {
    renderApp('/settings/sector', routes);
    expect(await screen.findByRole('textbox', { name: /Brand new/ })).toBeVisible();
    expect(screen.getByText(/does not know fields of the type "date"/)).toBeVisible();
  });

  it('point 27: replaces, keeps and removes a stored secret, and never had it', async () => {
    const saved: unknown[] = [];
    const { user } = renderApp('/settings/sector', {
      ...routes,
      'POST /api/sector-config': ({ body }) => {
        saved.push(body);
        return { ...config, message: 'Saved.' };
      },
    });
    expect(await screen.findByText(/Stored by Aarav Menon, 20 Nov, 12:00/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Replace Admin API token' }));
    const box = screen.getByLabelText('Admin API token');
    expect(box).toHaveFocus();
    expect(box).toHaveAttribute('type', 'password');
    expect(box).toHaveAttribute('autocomplete', 'new-password');
    await user.click(screen.getByRole('button', { name: 'Keep stored Admin API token' }));
    await user.click(screen.getByRole('button', { name: 'Replace Admin API token' }));
    await user.type(screen.getByLabelText('Admin API token'), 'shpat_new');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(saved).toEqual([{ sector: 'ecommerce', config: { shop_token: 'shpat_new' } }]),
    );
    expect(await screen.findByRole('button', { name: 'Replace Admin API token' })).toBeVisible();
  });

  it('point 29: a refused save focuses the first bad field, with its error linked', async () => {
    const { user } = renderApp('/settings/sector', {
      ...routes,
      'POST /api/sector-config': () =>
        new FakeProblem(422, {
          code: 'invalid_field',
          detail: 'Some fields cannot be accepted.',
          errors: [{ field: 'brand_new', detail: 'Use digits only.' }],
        }),
    });
    const box = await screen.findByRole('textbox', { name: /Brand new/ });
    await user.type(box, 'abc');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Use digits only.')).toBeVisible();
    await waitFor(() => expect(box).toHaveFocus());
    expect(box).toHaveAccessibleDescription('A field no page was built for. Use digits only.');
    expect(box).toHaveValue('abc');
  });

  it('a manager sees that a secret is stored, and nothing to change it with', async () => {
    renderApp('/settings/sector', { ...routes, 'GET /api/auth/me': makeUser({ role: 'manager' }) });
    expect(await screen.findByText(/Only an owner can enter it/)).toBeVisible();
    expect(screen.queryByRole('button', { name: /Replace/ })).toBeNull();
  });
});
