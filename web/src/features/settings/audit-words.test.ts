import { expect, it } from 'vitest';
import { actionWords, detailWords } from './audit-words';

it('reads entries as words', () => {
  expect(actionWords('channel.show_hook_urls')).toBe('Channel: show hook urls');
  expect(actionWords('login')).toBe('Login');
  expect(detailWords({ call_id: 'c1', channels: [1, 2], was: null, to: { role: 'manager' } })).toBe(
    'call id c1 · channels 1, 2 · was none · to (role manager)',
  );
});
