import { describe, expect, it } from 'vitest';
import { carrierCanReach } from './reach';

describe('carrierCanReach', () => {
  it.each([
    ['https://calls.example.com/exotel/k/voicebot', true],
    ['http://calls.example.com/exotel/k/voicebot', false],
    ['http://127.0.0.1:8080/exotel/k/voicebot', false],
    ['https://localhost/exotel/k/voicebot', false],
    ['https://[::1]:8443/exotel/k/voicebot', false],
  ])('%s: %s', (address, reached) => {
    expect(carrierCanReach(address)).toBe(reached);
  });
});
