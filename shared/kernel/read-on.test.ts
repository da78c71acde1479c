import { describe, expect, it } from '@jest/globals';
import { readOn, type Page, type PageAsked } from '#kernel';

/** A list of so many numbers; its pages may fall short, as filtered ones do. */
const listOf = (count: number, short = 0) => {
  const asked: PageAsked[] = [];
  const read = (page: PageAsked): Promise<Page<number>> => {
    asked.push(page);
    const start = Number(page.after ?? 0);
    const end = Math.min(count, start + page.first - short);
    return Promise.resolve({
      rows: Array.from({ length: end - start }, (_, index) => start + index),
      hasNextPage: end < count,
      endCursor: String(end),
    } as unknown as Page<number>);
  };
  return { asked, read };
};

describe('reading on', () => {
  it('takes one page where one is enough', async () => {
    const { asked, read } = listOf(7);
    expect(await readOn(read, 500)).toEqual({ rows: [0, 1, 2, 3, 4, 5, 6], isComplete: true });
    expect(asked).toEqual([{ first: 100 }]);
  });

  it('goes on to the end, over pages that fall short', async () => {
    const { rows, isComplete } = await readOn(listOf(250, 30).read, 500);
    expect([rows.length, new Set(rows).size, isComplete]).toEqual([250, 250, true]);
  });

  it('stops at the limit and says so', async () => {
    const { asked, read } = listOf(250);
    const { rows, isComplete } = await readOn(read, 130);
    expect([rows.length, isComplete]).toEqual([130, false]);
    expect(asked.map(({ first }) => first)).toEqual([100, 30]);
    expect(await readOn(listOf(130).read, 130)).toMatchObject({ isComplete: true });
  });

  it('reads nothing twice when there is nothing', async () => {
    expect(await readOn(listOf(0).read, 10)).toEqual({ rows: [], isComplete: true });
  });
});
