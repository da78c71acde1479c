import { describe, expect, it } from '@jest/globals';
import { given } from './given.ts';

describe('given', () => {
  it('leaves out what is undefined, and nothing else', () => {
    const values: { a: number; b?: string | undefined; c: string | undefined } = { a: 0, b: undefined, c: 'x' };
    const found: { a: number; b?: string; c?: string } = given(values);
    expect(found).toStrictEqual({ a: 0, c: 'x' });
    expect(given({ none: null, no: false, empty: '' })).toStrictEqual({ none: null, no: false, empty: '' });
  });
});
