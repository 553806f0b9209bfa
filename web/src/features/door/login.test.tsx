import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { makeUser } from '../../testing/factories';
import { FakeProblem, type Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';
import { linkToken } from './link-token';

const nobody = () => new FakeProblem(401, { code: 'unauthenticated', detail: 'You are not logged in.' });
const outside: Routes = { 'GET /api/auth/me': nobody, 'GET /api/setup': { needed: false } };

describe('/login', () => {
  it('is where a page leads nobody to, and leads back to it', async () => {
    let inside = false;
    const user = makeUser();
    const {
      user: hands,
      router,
      sent,
    } = renderApp('/profile', {
      ...outside,
      'GET /api/auth/me': () => (inside ? user : nobody()),
      'GET /api/auth/sessions': { sessions: [] },
      'GET /api/auth/clients': { clients: [] },
      'POST /api/auth/login': () => {
        inside = true;
        return { token: 't', token_type: 'Bearer', expires_at: '2026-11-24T00:00:00Z', user };
      },
    });
    await hands.type(await screen.findByLabelText('E-mail'), user.email);
    await hands.type(screen.getByLabelText('Password'), 'three words nobody guesses');
    expect(router.state.location.search).toEqual({ next: '/profile' });
    await hands.click(screen.getByRole('button', { name: 'Log in' }));
    expect(await screen.findByRole('heading', { name: 'Your profile' })).toBeVisible();
    const login = sent.find((one) => one.key === 'POST /api/auth/login');
    expect(login?.headers.get('x-caly-client')).toBe('web');
  });

  it('says why it was refused and keeps the address', async () => {
    const { user } = renderApp('/login', {
      ...outside,
      'POST /api/auth/login': () =>
        new FakeProblem(401, { code: 'wrong_login', detail: 'E-mail or password is not right.' }),
    });
    await user.type(await screen.findByLabelText('E-mail'), 'a@example.com');
    await user.type(screen.getByLabelText('Password'), 'x');
    await user.click(screen.getByRole('button', { name: 'Log in' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('E-mail or password is not right.');
    expect(screen.getByLabelText('E-mail')).toHaveValue('a@example.com');
  });

  it('leads to the set-up while there is no company', async () => {
    renderApp('/login', { ...outside, 'GET /api/setup': { needed: true } });
    expect(await screen.findByRole('heading', { name: 'Set up Caly' })).toBeVisible();
  });
});

describe('linkToken', () => {
  it('takes whole tokens only', () => {
    expect(linkToken(`#${'a'.repeat(43)}`)).toBe('a'.repeat(43));
    expect(linkToken('a'.repeat(43))).toBe('a'.repeat(43));
    expect([linkToken(''), linkToken('#short'), linkToken(`#${'a'.repeat(44)}`)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
