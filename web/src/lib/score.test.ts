import { describe, expect, it } from 'vitest';
import { scoreInWords, wholeScore } from './score';

describe('a score as it is shown', () => {
  it('never stands in a band that the server did not decide', () => {
    expect(wholeScore(79.6)).toBe(79);
    expect(wholeScore(80)).toBe(80);
    expect(scoreInWords(79.6, 'good')).toBe('Score 79 of 100, good');
  });

  it('is no number without calls, and says when it rests on few', () => {
    expect(scoreInWords(null, null)).toBe('Score: no calls yet');
    expect(scoreInWords(0, 'needs_improvement', true)).toBe('Score 0 of 100, needs improvement, provisional');
  });
});
