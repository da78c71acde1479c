import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { openEnrolments } from '#test/support/enrolments';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
const { ask, act, signIn } = openClient(() => cloud);
let administrator: Caller;
let manager: Caller;
let seller: Caller;
let stranger: Caller;
let call: string;
let calendar: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  [administrator, manager, seller] = (await Promise.all(['administrator', 'manager', 'seller'].map(signIn))) as [
    Caller,
    Caller,
    Caller,
  ];
  stranger = await startOtherTenant(cloud);
  const { activityTypes } = await ask<{ activityTypes: { nodes: { id: string; key: string }[] } }>(
    '{ activityTypes { nodes { id key } } }',
  );
  call = activityTypes.nodes.find(({ key }) => key === 'DOCUMENTS')?.id ?? '';
  // People work in it at every hour, so that what is due does not depend on the hour of the test.
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
  const given = { name: 'Siempre', observesCountry: false, hours };
  calendar = await make('WorkingCalendar', given);
}, 120_000);
afterAll(() => cloud.stop());

/** Makes a record of the tenant's own settings; answers its id. */
async function make(entity: string, input: object): Promise<string> {
  const record = `${entity.charAt(0).toLowerCase()}${entity.slice(1)}`;
  const text = `mutation ($input: Create${entity}Input!) { done: create${entity}(input: $input) { ${record} { id } userErrors { code } } }`;
  const { done } = await ask<{ done: Record<string, { id: string }> }>(text, { input }, administrator);
  return done[record]?.id ?? '';
}

const step = (key: string, more: object = {}) => ({
  key,
  activityType: call,
  subject: `${key}: {record}`,
  offset: { amount: 1, unit: 'WORKING_DAYS' },
  ...more,
});
type Sequence = Answered & { readonly edition: number };
const plan = (name: string, of: string, steps: readonly object[], more: object = {}): Promise<Sequence> =>
  act('createSequence', { name, of, steps, calendar, ...more }, 'edition', administrator);
const { enrol, read, enrolmentsOf } = openEnrolments(() => ({ cloud, ask, seller, administrator }));
const finish = async (id: string, more: object = {}): Promise<void> => {
  const work = (await read(id))?.activity;
  await act('completeActivity', { id: work?.id, ...more }, '', seller);
  await cloud.idle();
};
const account = (name: string, more: object = {}) => act('createAccount', { name, ...more }, '', seller);

describe('sequences', () => {
  it('ACT-06 take a record through planned work, along the branch of each result, twice asked for as once', async () => {
    const branches = [{ when: 'RESULT', results: ['Sin interés'] }];
    const steps = [step('TALK', { branches }), step('SKIP', { condition: { name: { eq: 'Otra' } } }), step('OFFER')];
    const wrong = { name: 'Mala', of: 'Account', steps: [step('A', { condition: { nope: { eq: 1 } } })] };
    expect(await failing(act('createSequence', wrong, '', administrator))).toContain('BAD_INPUT');
    expect(await failing(act('createSequence', { ...wrong, steps }, '', seller))).toContain('FORBIDDEN');
    const sequence = await plan('Primer contacto', 'Account', steps);
    const [sol, luna] = [await account('Sol'), await account('Luna')];
    const input = { sequence: sequence.id, records: [sol.id, luna.id], idempotencyKey: 'once' };
    const first = await enrol(input);
    expect(await enrol(input)).toEqual(first);
    expect((await enrol({ ...input, idempotencyKey: 'twice' })).refused.map(({ code }) => code)).toEqual([
      'ALREADY_ENROLLED',
      'ALREADY_ENROLLED',
    ]);
    const [one = { id: '' }, two = { id: '' }] = first.enrolments;
    const changed = { id: sequence.id, version: sequence.version, steps: [step('NEW')] };
    expect(await act('updateSequence', changed, 'edition', administrator)).toMatchObject({ edition: 2 });
    expect(await failing(act('updateSequence', changed, '', administrator))).toContain('STALE_VERSION');
    await cloud.idle();
    const panel = await ask<{ panel: { today: { subject: string }[]; next: { subject: string }[] } }>(
      '{ panel(days: 7) { today { subject } next { subject } } }',
      {},
      seller,
    );
    expect([...panel.panel.today, ...panel.panel.next].map(({ subject }) => subject)).toContain('TALK: Sol');
    await finish(one.id, { result: 'Quiere oferta' });
    await finish(two.id, { result: 'sin interés' });
    expect(await read(one.id)).toMatchObject({ step: 'OFFER', activity: { subject: 'OFFER: Sol' } });
    expect((await read(one.id))?.visits.map(({ outcome }) => outcome)).toEqual(['DONE', 'SKIPPED']);
    expect(await read(two.id)).toMatchObject({ status: 'STOPPED', endReason: 'BRANCH' });
    const seen = await ask<{
      account: { enrolments: { nodes: { id: string }[] } };
      timeline: { entries: { type: string }[] };
    }>(
      'query ($id: ID!) { account(id: $id) { enrolments { nodes { id } } } timeline(record: $id) { entries { type } } }',
      { id: sol.id },
      seller,
    );
    expect(seen.account.enrolments.nodes).toEqual([{ id: one.id }]);
    expect(seen.timeline.entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['enrolment.created', 'enrolment.advanced']),
    );
    expect(await read(one.id, stranger)).toBeNull();
    expect(await failing(act('stopEnrolment', { id: one.id }, '', stranger))).toContain('NOT_FOUND');
    expect(await failing(enrol({ sequence: sequence.id, records: [sol.id] }, stranger))).toContain('NOT_FOUND');
    expect(await act('stopEnrolment', { id: one.id }, 'status', manager)).toMatchObject({ status: 'STOPPED' });
  });

  it('ACT-06 go on once after a crash, are paused and resumed, and end with an answer of the customer', async () => {
    const { id } = await plan('Seguimiento', 'Account', [step('A'), step('B'), step('C')]);
    const sol = await account('Mar');
    const [row = { id: '' }] = (await enrol({ sequence: id, records: [sol.id] })).enrolments;
    const work = (await read(row.id))?.activity?.id;
    await act('completeActivity', { id: work }, '', seller);
    await cloud.kill9();
    await cloud.restart();
    [administrator, manager, seller] = (await Promise.all(['administrator', 'manager', 'seller'].map(signIn))) as [
      Caller,
      Caller,
      Caller,
    ];
    await cloud.idle();
    expect(await read(row.id)).toMatchObject({ step: 'B', visits: [{ step: 'A', outcome: 'DONE' }] });
    expect(await failing(act('pauseEnrolment', { id: row.id, version: 1 }, '', seller))).toContain('STALE_VERSION');
    await act('pauseEnrolment', { id: row.id }, '', seller);
    await finish(row.id);
    expect(await read(row.id)).toMatchObject({ status: 'PAUSED', step: 'B' });
    expect(await act('resumeEnrolment', { id: row.id }, 'step', seller)).toMatchObject({ step: 'C' });
    const answer = { subject: 'Llama el cliente', type: call, account: sol.id, direction: 'INBOUND' };
    const inbound = await act('createActivity', answer, '', seller);
    await act('completeActivity', { id: inbound.id }, '', seller);
    expect(await enrolmentsOf(id)).toMatchObject([{ status: 'STOPPED', endReason: 'REPLY' }]);
    const query =
      'query ($id: ID!) { sequenceProgress(sequence: $id) { running stopped ends { reason count } steps { step standing done dropped } } }';
    expect(await ask(query, { id }, manager)).toEqual({
      sequenceProgress: {
        running: 0,
        stopped: 1,
        ends: [{ reason: 'REPLY', count: 1 }],
        steps: [
          { step: 'A', standing: 0, done: 1, dropped: 0 },
          { step: 'B', standing: 0, done: 1, dropped: 0 },
          { step: 'C', standing: 0, done: 0, dropped: 0 },
        ],
      },
    });
  });

  it('ACT-07 plan by themselves when an opportunity enters a stage, see to what is late, and end when it is won', async () => {
    const { pipelines } = await ask<{
      pipelines: { nodes: { id: string; subject: string; stages: { key: string; kind: string }[] }[] };
    }>('{ pipelines { nodes { id subject stages { key kind } } } }');
    const pipeline = pipelines.nodes.find(({ subject }) => subject === 'OPPORTUNITY');
    const [, stage] = (pipeline?.stages ?? []).filter(({ kind }) => kind === 'OPEN');
    const place = `${pipeline?.id ?? ''}/${stage?.key ?? ''}`;
    const soon = { offset: { amount: 3, unit: 'WORKING_MINUTES' } };
    const sequence = await plan(
      'Propuesta',
      'Opportunity',
      [step('SEND', { ...soon, overdue: 'SKIP' }), step('WAIT', { ...soon, ahead: false }), step('LAST')],
      { starts: [{ on: 'opportunity.*', where: { place: { eq: place } } }], goal: { stageKind: { eq: 'WON' } } },
    );
    const sol = await account('Tierra');
    const sale = await act('createOpportunity', { name: 'Obra', account: sol.id }, '', seller);
    expect(await enrolmentsOf(sequence.id)).toEqual([]);
    await act('moveOpportunity', { id: sale.id, stage: stage?.key }, '', seller);
    const [row] = await enrolmentsOf(sequence.id);
    expect(row).toMatchObject({ step: 'SEND', cause: 'opportunity.stageChanged', activity: { subject: 'SEND: Obra' } });
    await cloud.advance(240);
    seller = await signIn('seller');
    administrator = await signIn('administrator');
    expect((await enrolmentsOf(sequence.id))[0]).toMatchObject({
      step: 'WAIT',
      activity: null,
      visits: [{ step: 'SEND', outcome: 'OVERDUE' }],
    });
    await cloud.advance(240);
    expect((await enrolmentsOf(sequence.id))[0]).toMatchObject({ step: 'WAIT', activity: { subject: 'WAIT: Obra' } });
    await act('moveOpportunity', { id: sale.id, stage: 'WON' }, '', seller);
    expect((await enrolmentsOf(sequence.id))[0]).toMatchObject({ status: 'STOPPED', endReason: 'GOAL' });
    const open = await ask<{ opportunity: { activities: { nodes: { status: string }[] } } }>(
      'query ($id: ID!) { opportunity(id: $id) { activities { nodes { status } } } }',
      { id: sale.id },
      seller,
    );
    expect(open.opportunity.activities.nodes.filter(({ status }) => status === 'PLANNED')).toEqual([]);
  });

  it('ACT-08 plan what a type of case asks for, by the days on which people work', async () => {
    const wanted = await make('CaseType', { key: 'INSTALL', labels: { es: 'Instalación', en: 'Installation' } });
    const other = await make('CaseType', { key: 'OTHER', labels: { es: 'Otro', en: 'Other' } });
    const steps = [step('VISIT', { offset: { amount: 1, unit: 'WORKING_DAYS' } })];
    const sequence = await plan('Instalar', 'Case', steps, {
      starts: [{ on: 'case.created', where: { type: { eq: wanted } } }],
    });
    const day = (later: number): string => new Date(Date.now() + later * 86_400_000).toISOString().slice(0, 10);
    for (const later of [0, 1, 2])
      await act('createHoliday', { name: 'Feria', date: day(later), calendar }, '', administrator);
    const sol = await account('Río');
    await act('createCase', { type: other, account: sol.id, subject: 'Consulta' }, '', seller);
    const made = await act('createCase', { type: wanted, account: sol.id, subject: 'Montar' }, '', seller);
    const [row, ...more] = await enrolmentsOf(sequence.id);
    expect(more).toEqual([]);
    expect(row?.activity?.dueAt.slice(0, 10) ?? '').toBe(day(4));
    const seen = await ask<{ case: { activities: { nodes: { id: string }[] } } }>(
      'query ($id: ID!) { case(id: $id) { activities { nodes { id } } } }',
      { id: made.id },
      seller,
    );
    expect(seen.case.activities.nodes).toEqual([{ id: row?.activity?.id }]);
  });

  it('SEG-07 show where the members of a segment stand, and start and end with it', async () => {
    const where = { tags: { has: 'sierra' } };
    const segment = await act('createSegment', { name: 'Sierra', recordType: 'Account', where }, '', administrator);
    await cloud.idle();
    const signal = (on: string) => [{ on, where: { segment: { eq: segment.id } }, record: 'account' }];
    const signals = { starts: signal('segmentMember.entered'), ends: signal('segmentMember.exited') };
    const sequence = await plan('Sierra', 'Account', [step('HELLO')], signals);
    const [one] = [await account('Cima', { tags: ['sierra'] }), await account('Valle', { tags: ['sierra'] })];
    await act('createAccount', { name: 'Cumbre', tags: ['sierra'] }, '', manager);
    const rows = await enrolmentsOf(sequence.id);
    expect(rows).toHaveLength(3);
    await act(
      'createOpportunity',
      { name: 'Abierta', account: one.id, amount: { amount: '500.00', currency: 'USD' } },
      '',
      seller,
    );
    const won = await act(
      'createOpportunity',
      { name: 'Ganada', account: one.id, amount: { amount: '1200.00', currency: 'USD' } },
      '',
      seller,
    );
    await act('moveOpportunity', { id: won.id, stage: 'WON' }, '', seller);
    const own = rows.find(({ activity }) => activity?.subject === 'HELLO: Cima');
    await finish(own?.id ?? '');
    const query = `query ($id: ID!) { segment(id: $id) { flow { members contacted notContacted daysSinceContact planned overdue done
      opportunities { open openAmount { amount } won wonAmount { amount } buyers conversion winRate }
      sequences { sequence { name } running completed reached } } } }`;
    const flow = async (caller: Caller) =>
      (await ask<{ segment: { flow: object } | null }>(query, { id: segment.id }, caller)).segment?.flow;
    expect(await flow(administrator)).toEqual({
      members: 3,
      contacted: 1,
      notContacted: 2,
      daysSinceContact: 0,
      planned: 2,
      overdue: 0,
      done: 1,
      opportunities: {
        open: 1,
        openAmount: { amount: '500.00' },
        won: 1,
        wonAmount: { amount: '1200.00' },
        buyers: 1,
        conversion: '33.3',
        winRate: '100',
      },
      sequences: [{ sequence: { name: 'Sierra' }, running: 2, completed: 1, reached: 0 }],
    });
    expect(await flow(stranger)).toBeUndefined();
    const left = await ask<{ account: { version: number } }>('query ($id: ID!) { account(id: $id) { version } }', {
      id: one.id,
    });
    await act('updateAccount', { id: one.id, version: left.account.version, tags: [] }, '', seller);
    await cloud.idle();
    expect(await flow(administrator)).toMatchObject({ members: 2, contacted: 0, opportunities: { won: 0 } });
  });
});
