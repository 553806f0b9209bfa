import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../api/types';
import { FakeProblem, type Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';
import { canSkip, next, parseStep, previous, STEPS } from './steps';

const company: Schema<'Company'> = {
  name: 'Kavya Living',
  sector: 'ecommerce',
  zone: 'Asia/Kolkata',
  language: 'en-IN',
  fairness: 40,
  languages: ['en-IN', 'en-GB', 'en-US'],
  rev: 3,
};
const line = (sector: Schema<'Sector'>, name: string): Schema<'SectorLine'> => ({
  sector,
  name,
  about: '',
  own: false,
  agents: 5,
  fields: 0,
  fields_set: 0,
});
const routes: Routes = {
  'GET /api/company': company,
  'GET /api/sector-config': { sectors: [line('ecommerce', 'Online shop'), line('healthcare', 'Clinic')] },
  'GET /api/channels': { channels: [] },
  'GET /api/calls': { calls: [] },
  'GET /api/tasks': { tasks: [] },
};

describe('the steps', () => {
  it('lead from the sector to the end, and only the sector cannot wait', () => {
    expect(STEPS.map(next)).toEqual(['company', 'phone', 'member', 'call', 'done', 'done']);
    expect(STEPS.map(previous)).toEqual([undefined, 'sector', 'company', 'phone', 'member', 'call']);
    expect(STEPS.filter((step) => !canSkip(step))).toEqual(['sector', 'done']);
    expect(parseStep('nowhere')).toBe('sector');
  });
});

describe('/onboarding', () => {
  it('changes the sector and nothing else of the company, then goes on', async () => {
    const { user, router, sent } = renderApp('/onboarding', {
      ...routes,
      'PUT /api/company': { ...company, sector: 'healthcare', rev: 4 },
    });
    await user.click(await screen.findByRole('radio', { name: /Clinic/ }));
    await user.click(screen.getByRole('button', { name: 'Save and go on' }));
    expect(await screen.findByRole('heading', { name: 'How is it called?' })).toBeVisible();
    const put = sent.find((one) => one.key === 'PUT /api/company');
    expect(put?.body).toEqual({
      name: 'Kavya Living',
      sector: 'healthcare',
      zone: 'Asia/Kolkata',
      language: 'en-IN',
      fairness: 40,
    });
    expect(put?.headers.get('if-match')).toBe('"3"');
    expect(router.state.location.search).toEqual({ step: 'company' });
    await user.click(screen.getByRole('button', { name: 'Skip for now' }));
    expect(await screen.findByRole('textbox', { name: /hello@exotel.com/ })).toBeVisible();
  });

  it('stays at a step that the server refuses, with what was typed', async () => {
    const { user } = renderApp('/onboarding?step=company', {
      ...routes,
      'PUT /api/company': () =>
        new FakeProblem(422, { code: 'invalid_field', detail: 'No such zone.', field: 'zone' }),
    });
    const zone = await screen.findByLabelText('Time zone');
    await user.clear(zone);
    await user.type(zone, 'Asia/Poona');
    await user.click(screen.getByRole('button', { name: 'Save and go on' }));
    expect(await screen.findByText('No such zone.')).toBeVisible();
    expect(zone).toHaveValue('Asia/Poona');
  });
});
