import { describe, expect, it } from '@jest/globals';
import { settled, waitingAfter, waitingOf, type Done, type Waiting } from './delivery.rules.ts';
import { nextDue, planned, upTo } from './lanes.rules.ts';
import { mostAttempts } from './timetable.rules.ts';

const now = new Date('2026-11-22T15:00:00.000Z');
const at = now.toISOString();
const in1h = '2026-11-22T16:00:00.000Z';

describe('what waits', () => {
  const told = (record: string, version: number, sequence = version): Waiting =>
    waitingOf(
      'pending',
      {
        event: `evt_${record}${String(version)}`,
        type: 'a.b',
        at,
        recordType: 'A',
        record,
        version,
        shard: 0,
        sequence,
      },
      at,
    );

  it('stands in line by record: what comes behind one that waits, waits; others go', () => {
    const blocked = { ...told('r1', 1), nextAt: in1h, attempts: 1 };
    const { lanes, behind } = planned(
      'RECORD',
      { pending: [blocked, told('r2', 1, 2)], feed: [told('r1', 2, 3), told('r2', 2, 4), told('r3', 1, 5)], again: [] },
      at,
    );
    expect(lanes.map((lane) => lane.map(({ waiting }) => waiting.event))).toEqual([
      ['evt_r21', 'evt_r22'],
      ['evt_r31'],
    ]);
    expect(behind.map(({ waiting }) => waiting.event)).toEqual(['evt_r12']);
  });

  it('stands in line by shard where that is asked for: what comes behind one that waits, waits, of whatever record', () => {
    const blocked = { ...told('r1', 1), nextAt: in1h, attempts: 1 };
    const other = { ...told('r9', 1, 1), shard: 1 };
    const work = { pending: [blocked], feed: [told('r2', 1, 2), other, told('r3', 1, 3)], again: [] };
    const { lanes, behind } = planned('SHARD', work, at);
    expect(lanes.map((lane) => lane.map(({ waiting }) => waiting.event))).toEqual([['evt_r91']]);
    expect(behind.map(({ waiting }) => waiting.event)).toEqual(['evt_r21', 'evt_r31']);
    const free = planned('SHARD', { ...work, pending: [{ ...blocked, nextAt: at }] }, at);
    expect(free.lanes.map((lane) => lane.map(({ waiting }) => waiting.sequence))).toEqual([[1, 2, 3], [1]]);
    expect(nextDue('SHARD', [blocked, { ...told('r2', 1, 2), nextAt: at }])).toBe(in1h);
  });

  it('does not keep what was asked for once more from coming again, unless that comes later than it', () => {
    const blocked = { ...told('r1', 2), nextAt: in1h, attempts: 1 };
    const again = [told('r1', 1), told('r1', 3)];
    const { lanes, behind } = planned('RECORD', { pending: [blocked], feed: [], again }, at);
    expect(lanes.map((lane) => lane.map(({ waiting }) => waiting.event))).toEqual([['evt_r11']]);
    expect(behind).toEqual([]);
  });

  it('goes as far as it is asked for, and nothing of other lanes with it', () => {
    const pending = [told('r1', 1, 1), told('r2', 1, 2), told('r1', 2, 3), told('r1', 3, 4)];
    const sequences = (ordering: 'RECORD' | 'SHARD', ...asked: readonly Waiting[]) =>
      upTo(ordering, pending, asked).map(({ sequence }) => sequence);
    expect(sequences('RECORD', told('r1', 2, 3))).toEqual([1, 3]);
    expect(sequences('SHARD', told('r1', 2, 3))).toEqual([1, 2, 3]);
    expect(sequences('RECORD')).toEqual([]);
  });

  it('goes on the timetable when it fails, and is forgotten when it got through', () => {
    const [failed, left, sent] = [told('r1', 1), told('r1', 2), told('r2', 1, 3)];
    const done: readonly Done[] = [
      { from: 'feed', waiting: failed, result: 'FAILED', attempt: { at, milliseconds: 1, status: 500 } },
      { from: 'feed', waiting: left, result: 'LEFT' },
      { from: 'pending', waiting: sent, result: 'DELIVERED', attempt: { at, milliseconds: 1, status: 200 } },
    ];
    const { keep, drop, entries, exhausted } = settled(done, now, () => 0);
    expect(keep.map(({ event, attempts, nextAt }) => [event, attempts, nextAt])).toEqual([
      ['evt_r11', 1, '2026-11-22T15:00:05.000Z'],
      ['evt_r12', 0, '2026-11-22T15:00:05.000Z'],
    ]);
    expect(drop).toEqual([sent]);
    expect(entries.map(({ status, attempts }) => [status, attempts.length])).toEqual([
      ['PENDING', 1],
      ['PENDING', 0],
      ['DELIVERED', 1],
    ]);
    expect(exhausted).toBe(0);
  });

  it('is given up after the last attempt', () => {
    const last = { ...told('r1', 1), attempts: mostAttempts - 1 };
    const { keep, drop, entries, exhausted } = settled(
      [{ from: 'pending', waiting: last, result: 'FAILED' }],
      now,
      () => 0,
    );
    expect([keep, drop, exhausted]).toEqual([[], [last], 1]);
    expect(entries).toMatchObject([{ status: 'FAILED' }]);
  });

  it('comes back at once when something gets through, if it only waited for that; its own failures keep their time', () => {
    const [failed, waited] = [
      { ...told('r1', 1), attempts: 2, nextAt: in1h },
      { ...told('r2', 1, 2), nextAt: in1h },
    ];
    const after = waitingAfter([failed, waited], { keep: [], drop: [] }, at);
    expect(after.all.map(({ nextAt }) => nextAt)).toEqual([in1h, at]);
    expect(after.changed.map(({ event }) => event)).toEqual(['evt_r21']);
    expect(nextDue('RECORD', after.all)).toBe(at);
    expect(nextDue('RECORD', [failed, { ...told('r1', 2, 2), nextAt: at }])).toBe(in1h);
  });
});
