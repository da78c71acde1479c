import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { solomonInstances } from '#test/support/route-instances';
import type { Task } from './fleet.rules.ts';
import { estimatedDistances } from './geography.rules.ts';
import type { Span } from './schedule.rules.ts';
import { solve, type Solution } from './solve.rules.ts';

type Customer = {
  readonly x: number;
  readonly y: number;
  readonly window?: Span;
  readonly minutes?: number;
  readonly load?: number;
};
const depot = { x: 35, y: 35 };

const taskOf = (customers: readonly Customer[], task: Pick<Task, 'days' | 'capacity'>, start = depot): Task => ({
  ...task,
  ...estimatedDistances([...customers.map(({ x, y }) => ({ x, y })), start, start]),
  calls: customers.map(({ window, minutes = 10, load = 0 }) => ({
    minutes,
    load,
    worth: 1_000_000,
    ...(window && { windows: () => [window] }),
  })),
});

/** Everything that a plan must keep, checked apart from the code that makes it. */
const expectSound = (customers: readonly Customer[], hours: readonly Span[], { days, unassigned }: Solution): void => {
  const seen = [...days.flatMap(({ stops }) => stops.map(({ call }) => call)), ...unassigned.map(({ call }) => call)];
  expect(seen.sort((one, other) => one - other)).toEqual([...customers.keys()]);
  for (const { stops, endsAt } of days) {
    expect(endsAt).toBeLessThanOrEqual(hours.at(-1)?.to ?? 0);
    for (const [index, stop] of stops.entries()) {
      const { window, minutes = 10 } = customers[stop.call] ?? { x: 0, y: 0 };
      expect(stop.arrivesAt).toBeGreaterThanOrEqual((stops[index - 1]?.leavesAt ?? 0) + stop.travelMinutes - 1e-6);
      expect(stop.startsAt).toBeGreaterThanOrEqual(stop.arrivesAt);
      expect(stop.leavesAt).toBeCloseTo(stop.startsAt + minutes, 6);
      expect(hours.some(({ from, to }) => stop.startsAt >= from && stop.leavesAt <= to + 1e-6)).toBe(true);
      if (window) expect([stop.startsAt >= window.from, stop.startsAt <= window.to]).toEqual([true, true]);
    }
  }
};

describe('routes with windows of time', () => {
  it.each(solomonInstances)('of $name keep all windows and are within a tenth of the best known', (instance) => {
    const [[x = 0, y = 0, , , end = 0] = [], ...rows] = instance.rows;
    const customers = rows.map(([cx = 0, cy = 0, load = 0, from = 0, to = 0, minutes = 0]) => ({
      x: cx,
      y: cy,
      load,
      minutes,
      window: { from, to },
    }));
    const hours = [{ from: 0, to: end }];
    const days = Array.from({ length: 25 }, () => ({ hours }));
    const solution = solve(taskOf(customers, { days, capacity: instance.capacity }, { x, y }));
    expectSound(customers, hours, solution);
    expect(solution.unassigned).toEqual([]);
    const cut = (far: number): number => Math.trunc(far * 10) / 10;
    const places = [...customers, { x, y }];
    const far = (from: number, to: number): number =>
      cut(Math.hypot((places[from]?.x ?? 0) - (places[to]?.x ?? 0), (places[from]?.y ?? 0) - (places[to]?.y ?? 0)));
    const total = solution.days
      .filter(({ stops }) => stops.length > 0)
      .map(({ stops }) => [25, ...stops.map(({ call }) => call), 25])
      .reduce(
        (sum, way) => sum + way.slice(1).reduce((part, place, index) => part + far(way[index] ?? 0, place), 0),
        0,
      );
    expect(total).toBeLessThanOrEqual(instance.best * 1.1);
  });

  it('keep all rules for any task, and come out the same each time', () => {
    const customer = fc.record({
      x: fc.integer({ min: 0, max: 70 }),
      y: fc.integer({ min: 0, max: 70 }),
      minutes: fc.integer({ min: 5, max: 60 }),
      window: fc.integer({ min: 0, max: 400 }).map((from) => ({ from, to: from + 90 })),
    });
    fc.assert(
      fc.property(fc.array(customer, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (customers, count) => {
        const hours = [
          { from: 0, to: 240 },
          { from: 300, to: 540 },
        ];
        const task = taskOf(customers, { days: Array.from({ length: count }, () => ({ hours })) });
        const solution = solve(task);
        expectSound(customers, hours, solution);
        expect(solve(task)).toEqual(solution);
      }),
      { numRuns: 10 },
    );
  });

  it('say why a visit has no place', () => {
    const customers = [
      { x: 36, y: 35, minutes: 50 },
      { x: 37, y: 35, minutes: 50 },
      { x: 35, y: 95, minutes: 50 },
    ];
    const { unassigned } = solve(taskOf(customers, { days: [{ hours: [{ from: 0, to: 100 }] }] }));
    expect(unassigned).toHaveLength(2);
    expect(unassigned).toContainEqual({ call: 2, reason: 'OUT_OF_REACH' });
    expect(unassigned.map(({ reason }) => reason)).toContain('NO_ROOM');
  });
});
