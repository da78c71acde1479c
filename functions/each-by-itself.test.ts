import { describe, expect, it } from '@jest/globals';
import { eachByItself } from './each-by-itself.ts';

const batch = ['a', 'poison', 'b'].map((id) => ({ id }));

describe('a batch', () => {
  it('that one of it spoils is handled but for that one', async () => {
    const handled: string[] = [];
    const failed = await eachByItself(batch, (some) => {
      if (some.some(({ id }) => id === 'poison')) throw new Error('no');
      handled.push(...some.map(({ id }) => id));
      return Promise.resolve(new Map());
    });
    expect([...failed.keys()]).toEqual(['poison']);
    expect(handled).toEqual(['a', 'b']);
  });

  it('that is handled is asked for once, with those that failed alone', async () => {
    let times = 0;
    const failed = await eachByItself(batch, () => {
      times += 1;
      return Promise.resolve(new Map([['b', new Error('later')]]));
    });
    expect([times, [...failed.keys()]]).toEqual([1, ['b']]);
  });
});
