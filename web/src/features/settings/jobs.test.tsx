import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Schema } from '../../api/types';
import type { Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';

const around: Routes = { 'GET /api/calls': { calls: [] }, 'GET /api/tasks': { tasks: [] } };

it('/settings/jobs says why a job was given up and sends it on its way again', async () => {
  let jobs: Schema<'ParkedJob'>[] = [
    { kind: 'agent_completed', ref: 'c1', tries: 8, reason: 'the disk is full' },
  ];
  const { user, sent } = renderApp('/settings/jobs', {
    ...around,
    'GET /api/jobs': () => ({ jobs }),
    'POST /api/jobs/retry': () => {
      jobs = [];
      return null;
    },
  });
  expect(await screen.findByText('the disk is full')).toBeVisible();
  expect(screen.getByText(/Tried 8 times/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Nothing was given up')).toBeVisible();
  expect(sent.find((one) => one.key === 'POST /api/jobs/retry')?.body).toEqual({
    kind: 'agent_completed',
    ref: 'c1',
  });
});

it('/settings/jobs leads from a recording that was given up to its call', async () => {
  const job = { kind: 'fetch_recording', ref: 'c1/voicemail', tries: 1, reason: 'answered 401' };
  renderApp('/settings/jobs', { ...around, 'GET /api/jobs': { jobs: [job] } });
  expect(await screen.findByText('Fetching a recording')).toBeVisible();
  expect(screen.getByRole('link', { name: 'See the call' })).toHaveAttribute('href', '/calls/c1');
});
