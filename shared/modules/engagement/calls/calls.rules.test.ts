import { describe, expect, it } from '@jest/globals';
import { afterNews } from './call-news.rules.ts';
import { lineProblems, routeFor } from './phone-line.rules.ts';

describe('the rules of calls', () => {
  it('make the same of news in any order, told once or twice', () => {
    const told = [
      { news: { event: 'ringing' as const }, at: '2026-11-22T15:00:00Z' },
      { news: { event: 'answered' as const }, at: '2026-11-22T15:00:10Z' },
      { news: { event: 'ended' as const }, at: '2026-11-22T15:02:15Z' },
    ];
    const orders = [
      [0, 1, 2],
      [1, 0, 2, 2],
      [2, 1, 0],
      [1, 1, 2, 0],
      [2, 2, 0, 1, 1],
    ];
    const results = orders.map((order) =>
      order.reduce<Parameters<typeof afterNews>[2]>(
        (call, nth) => {
          const { news, at } = told[nth] ?? { news: { event: 'ringing' as const }, at: '' };
          return afterNews(news, at, call);
        },
        { status: 'RINGING' },
      ),
    );
    for (const result of results)
      expect(result).toEqual({
        status: 'ENDED',
        answeredAt: '2026-11-22T15:00:10Z',
        endedAt: '2026-11-22T15:02:15Z',
        seconds: 125,
      });
    expect(afterNews({ event: 'ended', seconds: 30 }, '2026-11-22T15:01:00Z', { status: 'RINGING' })).toMatchObject({
      status: 'ENDED',
      answeredAt: '2026-11-22T15:00:30.000Z',
      seconds: 30,
    });
    expect(afterNews({ event: 'ended' }, '2026-11-22T15:01:00Z', { status: 'FAILED' })).toEqual({ status: 'FAILED' });
  });

  it('choose the first route that fits, and refuse lines that cannot be', () => {
    const routes = [{ called: '+59321', choice: '2' }, { choice: '3' }, { called: '+59321' }];
    expect(routeFor(routes, { lineNumber: '+59321', choice: '2' })).toBe(routes[0]);
    expect(routeFor(routes, { lineNumber: '+59399', choice: '3' })).toBe(routes[1]);
    expect(routeFor(routes, { lineNumber: '+59321' })).toBe(routes[2]);
    expect(routeFor(routes, { lineNumber: '+59399' })).toBeUndefined();
    const twice = [
      { extension: '1', user: 'usr_a' },
      { extension: '1', user: 'usr_b' },
    ];
    const paths = lineProblems({ extensions: twice, dialUrl: 'http://pbx.test' }).map(({ path }) => path?.join('.'));
    expect(paths).toEqual(['extensions.0.extension', 'dialUrl'].map((path) => path.replace('.0.', '.1.')));
  });
});
