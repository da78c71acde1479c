import { describe, expect, it } from '@jest/globals';
import { entity, gather, module, money, noOwner, optional, text, type AnyEntity, type DomainEvent } from '#kernel';
import type { WorkingTime } from '#modules/platform/settings';
import { resolved } from './mapping.rules.ts';
import type { Step, Trigger } from './plan.rules.ts';
import type { Facts } from './standing.rules.ts';
import { nextTransition } from './transition.rules.ts';
import { isWithin, mostSpecific, startedOn } from './triggers.rules.ts';
import { untilOf } from './waiting-time.rules.ts';

const Deal: AnyEntity = entity('Deal', {
  idPrefix: 'dea',
  describes: 'A deal.',
  fields: { stage: text(), account: optional(text()), amount: optional(money()) },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  title: ({ stage }) => stage,
});
const registry = gather([module('sales/deals', { entities: [Deal] })]);

describe('mapped values', () => {
  const sources = {
    record: { name: 'Sol', amount: { minor: 1250, currency: 'USD' }, contacts: ['a', 'b'] },
    steps: { MAKE: { id: 'acc_1' } },
    today: '2026-11-22',
    now: '2026-11-22T15:00:00.000Z',
  };

  it.each([
    [{ $: 'record.name' }, 'Sol'],
    [{ $: 'record.none', or: 'nobody' }, 'nobody'],
    [{ $: 'record.none', or: { $: 'steps.MAKE.id' } }, 'acc_1'],
    [{ $: 'today', plusDays: 40 }, '2027-01-01'],
    [{ $: 'now', plusDays: -1 }, '2026-11-21T15:00:00.000Z'],
    ['{record.name}: {record.amount}, {record.contacts}{record.none}', 'Sol: 12.50 USD, a, b'],
    ['{"not": "a path"} {window.name}', '{"not": "a path"} {window.name}'],
    [{ $: 'record.constructor.name' }, undefined],
    [{ to: [{ $: 'record.none' }, { $: 'record.name' }], cc: { $: 'record.none' } }, { to: ['Sol'] }],
  ])('%j', (value, expected) => {
    expect(resolved(value, sources)).toEqual(expected);
  });
});

describe('a wait', () => {
  /** Nine to five on weekdays, Quito. */
  const working: WorkingTime = {
    timeZone: 'America/Guayaquil',
    hoursOf: (weekday) => (weekday <= 5 ? [{ from: 9 * 60, to: 17 * 60 }] : []),
    special: () => undefined,
  };
  /** A Sunday, ten in the morning there. */
  const clock = { now: '2026-11-22T15:00:00.000Z', working };

  it.each([
    [{ amount: 90, unit: 'MINUTES' }, '2026-11-22T16:30:00.000Z'],
    [{ amount: 2, unit: 'DAYS' }, '2026-11-24T15:00:00.000Z'],
    [{ amount: 3, unit: 'WORKING_HOURS' }, '2026-11-23T17:00:00.000Z'],
    [{ amount: 2, unit: 'WORKING_DAYS' }, '2026-11-24T14:00:00.000Z'],
    [{ working: true }, '2026-11-23T14:00:00.000Z'],
    [{ amount: 1, unit: 'DAYS', working: true }, '2026-11-23T15:00:00.000Z'],
    [{ until: '2026-12-01T20:00:00Z' }, '2026-12-01T20:00:00.000Z'],
    [{ until: '2026-12-01' }, '2026-12-01T05:00:00.000Z'],
    [{ event: 'deal.created' }, undefined],
  ] as const)('%j ends at %s', (waiting, expected) => {
    expect(untilOf(waiting, clock)).toBe(expected);
  });
});

describe('a trigger', () => {
  const event = (data: object, changed: object = {}, more: Partial<DomainEvent> = {}): DomainEvent => ({
    ...{
      id: 'evt_1',
      tenant: 't',
      type: 'deal.updated',
      schemaVersion: 1,
      at: '2026-11-22T15:00:00.000Z',
      actor: 'usr_1',
    },
    ...{ record: { type: 'Deal', id: 'dea_1', version: 2 }, sequence: 1, shard: 0, correlationId: 'cor_1' },
    data: { ...data },
    changed: changed as DomainEvent['changed'],
    ...more,
  });
  const trigger = (more: Partial<Trigger>): Trigger => ({
    ...{ kind: 'EVENT', on: 'deal.updated', changed: [], leaves: false, working: false },
    ...more,
  });
  const started = (given: Partial<Trigger>, told: DomainEvent) =>
    startedOn({ trigger: trigger(given), of: 'Deal' }, told, { registry, country: 'EC' });
  const moved = event({ stage: 'B' }, { stage: { from: 'A', to: 'B' } });

  it('hears its type, its filters now and before, its fields, and for all of a kind only what has come to hold', () => {
    expect(started({}, moved)).toBe('dea_1');
    expect(started({ on: 'deal.created' }, moved)).toBeUndefined();
    expect(started({ was: { stage: { eq: 'A' } } }, moved)).toBe('dea_1');
    expect(started({ was: { stage: { eq: 'C' } } }, moved)).toBeUndefined();
    expect(started({ changed: ['account'] }, moved)).toBeUndefined();
    expect(started({ on: 'deal.*', where: { stage: { eq: 'B' } } }, moved)).toBe('dea_1');
    expect(
      started({ on: 'deal.*', where: { stage: { eq: 'B' } } }, event({ stage: 'B' }, { account: {} })),
    ).toBeUndefined();
  });

  it('compares money as events tell it', () => {
    const where = { amount: { gte: { amount: '100', currency: 'USD' } } };
    expect(started({ where }, event({ stage: 'A', amount: { amount: '250.00', currency: 'USD' } }))).toBe('dea_1');
    expect(started({ where }, event({ stage: 'A', amount: { amount: '99.99', currency: 'USD' } }))).toBeUndefined();
  });

  it('hears who enters a segment and who leaves it', () => {
    const member = (type: string) => event({ segment: 'seg_1', subject: 'dea_7' }, {}, { type });
    const enters = { kind: 'SEGMENT', segment: 'seg_1' } as const;
    expect(started(enters, member('segmentMember.entered'))).toBe('dea_7');
    expect(started(enters, member('segmentMember.exited'))).toBeUndefined();
    expect(started({ ...enters, leaves: true }, member('segmentMember.exited'))).toBe('dea_7');
    expect(started({ ...enters, segment: 'seg_2' }, member('segmentMember.entered'))).toBeUndefined();
  });

  it('gives way to the most specific definition of its process', () => {
    const general = { id: 'a', process: 'P' };
    const ofType = { id: 'b', process: 'P', scope: { kind: 'TYPE', of: 'typ_1' } } as const;
    const ofAccount = { id: 'c', process: 'P', scope: { kind: 'ACCOUNT', of: 'acc_1' } } as const;
    const alone = { id: 'd' };
    expect(mostSpecific([general, ofType, alone]).map(({ id }) => id)).toEqual(['b', 'd']);
    expect(mostSpecific([ofType, ofAccount, general]).map(({ id }) => id)).toEqual(['c']);
    const row = { id: 'dea_1', account: 'acc_1', type: 'typ_1' } as never;
    expect([isWithin(ofType.scope, row), isWithin(ofAccount.scope, row)]).toEqual([true, true]);
    expect(isWithin({ kind: 'SEGMENT', of: 'seg_1' }, row)).toBeUndefined();
  });
});

describe('a transition', () => {
  const step = (key: string, kind: string, more: Partial<Step> = {}): Step => ({
    key,
    kind,
    input: {},
    routes: [],
    ...more,
  });
  const facts: Facts = {
    ...{ now: '2026-11-22T15:00:00.000Z', today: '2026-11-22', of: Deal, trigger: {}, decisions: [], country: 'EC' },
    record: { stage: 'A', id: 'dea_1', version: 1 } as never,
    run: { id: 'wru_1', name: 'W' },
  };
  const at = (key: string) => ({ step: key, attempts: 0, loops: [] });

  it('passes what decides and stops before what does; the same leads to the same', () => {
    const steps = [
      step('IS', 'branch', { routes: [{ when: { stage: { eq: 'A' } }, is: [], to: 'DO' }] }),
      step('NO', 'stop'),
      step('DO', 'mail', { input: { to: ['{record.stage}'] } }),
    ];
    const once = nextTransition({ steps }, at('IS'), facts);
    expect(once.next).toMatchObject({ do: 'perform', input: { to: ['A'] } });
    expect(once.decisions.map(({ step: key, to }) => [key, to])).toEqual([['IS', 'DO']]);
    expect(once.decisions[0]?.input).toEqual({
      ...{ route: 0, when: { stage: { eq: 'A' } }, values: { 'record.stage': 'A' } },
    });
    const other = { ...facts, record: { ...facts.record, stage: 'B'.repeat(300) } as never };
    const [passed] = nextTransition({ steps }, at('IS'), other).decisions;
    expect(passed).toMatchObject({
      input: { route: null, values: { 'record.stage': `${'B'.repeat(200)}...` } },
      to: 'NO',
    });
    expect(JSON.stringify(nextTransition({ steps }, at('IS'), facts))).toBe(JSON.stringify(once));
  });

  it.each([{ amount: { $: 'input.days' } }, { until: { $: 'input.days' } }])(
    'fails where nothing can be waited for: %j',
    (input) => {
      const known = { ...facts, trigger: { input: { days: 'soon' } } };
      const { next } = nextTransition({ steps: [step('WAIT', 'waitFor', { input })] }, at('WAIT'), known);
      expect(next).toMatchObject({ do: 'end', status: 'FAILED', failed: { code: 'BAD_INPUT' } });
    },
  );

  it('takes a hundred items one by one, and fails before the first where there are more', () => {
    const each = step('EACH', 'forEach', { input: { over: { $: 'input.items' }, body: 'DO' }, next: 'END' });
    const listOf = (count: number, more: Partial<Step> = {}) => {
      const items = Array.from({ length: count }, (_, index) => index);
      const known = { ...facts, trigger: { input: { items } } };
      const steps = [{ ...each, ...more }, step('DO', 'mail'), step('OTHER', 'notify')];
      return nextTransition({ steps }, at('EACH'), known);
    };
    expect(listOf(100).next).toMatchObject({ do: 'perform', step: { key: 'DO' } });
    expect(listOf(101)).toMatchObject({
      decisions: [{ step: 'EACH', outcome: 'FAILED' }],
      next: { do: 'end', status: 'FAILED', failed: { code: 'TOO_MANY_ITEMS' } },
    });
    expect(listOf(101, { onError: { retries: 3, afterSeconds: 60, to: 'OTHER' } }).next).toMatchObject({
      ...{ do: 'perform', step: { key: 'OTHER' } },
    });
  });

  it('waits twice as long before each further try, a day at most, then fails', () => {
    const steps = [step('DO', 'http', { onError: { retries: 12, afterSeconds: 3600 } })];
    const failed = { code: 'NO_ANSWER', message: 'x', mayPass: true };
    const until = (attempts: number) => {
      const { next } = nextTransition({ steps }, { ...at('DO'), attempts }, facts, { failed });
      return next.do === 'retry' ? next.until : next.do;
    };
    expect([0, 1, 11, 12].map(until)).toEqual([
      '2026-11-22T16:00:00.000Z',
      '2026-11-22T17:00:00.000Z',
      '2026-11-23T15:00:00.000Z',
      'end',
    ]);
  });

  it('comes to an end where a definition that slipped through goes in circles', () => {
    const steps = [step('A', 'branch', { next: 'B' }), step('B', 'branch', { next: 'A' })];
    expect(nextTransition({ steps }, at('A'), facts).next).toMatchObject({
      status: 'FAILED',
      failed: { code: 'ENDLESS_LOOP' },
    });
  });
});
