import { describe, expect, it } from 'vitest';
import { isTaken, match } from './shortcuts';

const commands = [{ keys: 'g t' }, { keys: 't' }, { keys: '?' }, {}];

describe('match', () => {
  it('waits for the second key and takes whole sequences only', () => {
    expect(match('g', commands)).toBe('more');
    expect(match('g t', commands)).toBe(commands[0]);
    expect(match('t', commands)).toBe(commands[1]);
    expect(match('g x', commands)).toBeUndefined();
  });
});

describe('isTaken', () => {
  it('leaves keys to what somebody types in or walks through', () => {
    document.body.innerHTML =
      '<input><textarea></textarea><div role="listbox"><p>x</p></div><div role="dialog"><button>y</button></div><main><button>z</button></main>';
    const at = (selector: string) => isTaken(document.querySelector(selector));
    expect(['input', 'textarea', 'p', '[role=dialog] button'].map(at)).toEqual([true, true, true, true]);
    expect(at('main button')).toBe(false);
    expect(isTaken(null)).toBe(false);
  });
});
