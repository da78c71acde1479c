import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#kernel';
import { countedKeys, versionName, type ChoosableLine } from './quote.rules.ts';

const line = (key: string, more: Partial<ChoosableLine> = {}): ChoosableLine => ({ key, isOptional: false, ...more });
const counted = (...lines: readonly ChoosableLine[]) => [...countedKeys(lines)];

describe('the lines that count', () => {
  it('are those that are not optional, and optional ones that were chosen', () => {
    expect(
      counted(line('a'), line('b', { isOptional: true }), line('c', { isOptional: true, isChosen: true })),
    ).toEqual(['a', 'c']);
    expect(counted(line('a', { isChosen: false }))).toEqual([]);
  });

  it('are of several alternatives the chosen one, or the first', () => {
    const [small, large] = [line('s', { alternative: 'size' }), line('l', { alternative: 'size' })];
    expect(counted(small, large)).toEqual(['s']);
    expect(counted(small, { ...large, isChosen: true })).toEqual(['l']);
    expect(() => counted({ ...small, isChosen: true }, { ...large, isChosen: true })).toThrow(DomainError);
    expect(counted({ ...small, isOptional: true }, { ...large, isOptional: true })).toEqual([]);
  });

  it('belong to a version with a name', () => {
    expect(versionName('Q-1', 2)).toBe('Q-1/2');
  });
});
