import { expect, it } from 'vitest';
import { deviceName } from './device-name';

it('names browsers as people call them, and programs by their first word', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36';
  expect(deviceName(chrome)).toBe('Chrome on Linux');
  expect(deviceName(`${chrome} Edg/156.0`)).toBe('Edge on Linux');
  expect(deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Version/19 Safari/604')).toBe(
    'Safari on iOS',
  );
  expect(deviceName('curl/8.5.0')).toBe('curl');
  expect(deviceName(null)).toBe('Unknown program');
});
