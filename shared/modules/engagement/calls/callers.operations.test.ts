import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow, Row } from '#kernel';
import { modules } from '#modules';
import { Activity, defaultActivityTypes } from '#modules/engagement/activities';
import { callingIn } from '#test/support/calling';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { makePeople, peopleForTests } from '#test/support/people';
import type { PhoneCallRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
const { openLine, tell, callOf } = callingIn(() => domain);

beforeEach(async () => {
  domain = startDomain({
    modules: [...modules, peopleForTests],
    ...{ table: tenanted.table, tenant: tenanted.tenant },
    ports: {
      web: { fetch: () => Promise.resolve(new Response('sound', { headers: { 'content-type': 'audio/mpeg' } })) },
    },
  });
  for (const type of defaultActivityTypes) await domain.run('createActivityType', type);
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
  await openLine([ana, ben], { recordingNotice: 'Esta llamada se graba.' });
});

const as = (id: string): Actor => domain.actor({ id, userId: id });
const make = async (operation: string, input: Readonly<Record<string, unknown>>): Promise<string> =>
  (await domain.run<AnyRow>(operation, input)).id;
const activityOf = async (id = ''): Promise<Row<typeof Activity>> => domain.reader().trusted(Activity).get(id);
const number = '+593991234567';
const rings = (call: string, more: object = {}) =>
  tell({ event: 'ringing', call, number: '099 123 4567', extensions: ['101'], ...more });
type Desk = {
  readonly candidates: { readonly contacts: readonly AnyRow[]; readonly accounts: readonly AnyRow[] };
  readonly history: readonly AnyRow[];
  readonly actions: readonly { readonly key: string; readonly values: unknown }[];
  readonly activity?: AnyRow;
  readonly call?: PhoneCallRow;
  readonly contact?: AnyRow;
};
type Done = { readonly record: AnyRow; readonly phoneCall: PhoneCallRow };
const desk = (call: string | undefined, user = ana) => domain.run<Desk>('callDesk', { call }, as(user));

describe('whoever calls', () => {
  it('of several with one number is the one whom the telephone that rings looks after, else nobody is guessed', async () => {
    const account = await make('createAccount', { name: 'Molinos', owner: ben });
    const eva = await make('createContact', { firstName: 'Eva', phone: '0991234567', account, owner: ana });
    const leo = await make('createContact', { firstName: 'Leo', phone: number, account, owner: ben });
    await domain.settle();
    const { call: first } = await rings('x1');
    expect(await callOf(first)).toMatchObject({ contact: eva, account });
    const { call: second } = await rings('x2', { extensions: ['101', '102'] });
    expect(await callOf(second)).toMatchObject({ account });
    expect((await callOf(second)).contact).toBeUndefined();
    const { candidates } = await desk(second);
    expect(candidates.contacts.map(({ id }) => id).sort()).toEqual([eva, leo].sort());
    await domain.run('notePhoneCall', { id: second, contact: leo });
    expect(await callOf(second)).toMatchObject({ contact: leo, account });
    expect((await desk(second)).candidates.contacts).toEqual([]);
  });

  it('and is nobody that is known becomes a lead or a contact with one mutation, and has a history by number', async () => {
    const { call: before } = await rings('x1');
    await domain.settle();
    const { call = '' } = await rings('x2');
    const { actions, history } = await desk(call);
    expect(history.map(({ id }) => id)).toEqual([before]);
    const values = { phone: number, owner: ana };
    expect(actions.filter(({ key }) => key === 'LEAD' || key === 'CONTACT')).toMatchObject([
      { key: 'CONTACT', values },
      { key: 'LEAD', values },
    ]);
    const asked = { call, action: 'LEAD', values: { firstName: 'Eva' } };
    const { record: lead, phoneCall } = await domain.run<Done>('doFromCall', asked, as(ana));
    expect(lead).toMatchObject({ phone: number, owner: ana });
    expect(phoneCall).toMatchObject({ about: lead.id, made: [lead.id] });
    expect((await desk(call)).actions.map(({ key }) => key)).not.toContain('LEAD');
    await domain.settle();
    expect(await callOf((await rings('x3')).call)).toMatchObject({ about: lead.id });
  });
});

describe('whoever is on the telephone', () => {
  it('sees the call at hand unasked, with what works alone and no ids of what others look after', async () => {
    const account = await make('createAccount', { name: 'Molinos', owner: ben });
    const eva = await make('createContact', { firstName: 'Eva', phone: number, account, owner: ben });
    await domain.settle();
    const entities = { PhoneCall: { read: 'own' }, Account: { read: 'own' }, Contact: { read: 'own' } } as const;
    const own: Actor = {
      ...as(ana),
      rules: { ...as(ana).rules, entities: { ...as(ana).rules.entities, ...entities } },
    };
    const { call = '' } = await rings('x1');
    expect((await desk(undefined, ben)).call).toBeUndefined();
    expect((await desk(undefined)).call).toMatchObject({ id: call, status: 'RINGING' });
    const seen = await domain.run<Desk>('callDesk', {}, own);
    expect(seen).toMatchObject({ call: { id: call }, callerName: 'Eva' });
    expect(seen.contact).toBeUndefined();
    expect(JSON.stringify(seen.actions)).not.toMatch(new RegExp(`${eva}|${account}`));
    expect(seen.actions.map(({ key }) => key)).toEqual(['APPOINTMENT']);
    const refused = { call, action: 'APPOINTMENT', values: { subject: 'Visita', account } };
    expect(await failure(domain.run('doFromCall', refused, own))).toBe('REFERENCE_NOT_FOUND');
    const asked = { call, action: 'APPOINTMENT', values: { subject: 'Visita', dueAt: '2026-12-01T15:00:00Z' } };
    const { record } = await domain.run<Done>('doFromCall', asked, own);
    expect(record).toMatchObject({ subject: 'Visita' });
    await tell({ event: 'answered', call: 'x1', extensions: ['101'] });
    const { activity } = await callOf(call);
    expect((await activityOf(activity)).subject).toBe('Llamada de Eva');
    await tell({ event: 'ended', call: 'x1', seconds: 5 });
    expect((await desk(undefined)).call).toBeUndefined();
  });
});

describe('whom nobody answered', () => {
  it('is called back once, however often they tried, as the next call of the desk', async () => {
    const { call: missed = '' } = await rings('x1');
    await tell({ event: 'ended', call: 'x1' });
    await domain.settle();
    const { call: again = '' } = await rings('x2');
    await tell({ event: 'ended', call: 'x2' });
    await domain.settle();
    const { callBack = '' } = await callOf(missed);
    expect((await callOf(again)).callBack).toBe(callBack);
    expect((await desk(undefined)).activity).toMatchObject({ id: callBack, kind: 'CALL' });
    expect((await activityOf(callBack)).subject).toBe('Devolver la llamada de +593991234567');
    const { phoneCall } = await domain.run<{ phoneCall: PhoneCallRow }>('startCall', { back: again }, as(ana));
    expect(phoneCall).toMatchObject({ number, task: callBack });
    await tell({ event: 'answered', call: 'y1', reference: phoneCall.id, extensions: ['101'] });
    await tell({ event: 'ended', call: 'y1', reference: phoneCall.id, seconds: 5 });
    expect(await activityOf(callBack)).toMatchObject({ status: 'DONE' });
  });

  it('is called back no more once they were spoken with', async () => {
    const { call: missed } = await rings('x1');
    await tell({ event: 'ended', call: 'x1' });
    await domain.settle();
    await rings('x2');
    await tell({ event: 'answered', call: 'x2', extensions: ['102'] });
    await tell({ event: 'ended', call: 'x2', seconds: 5 });
    expect(await activityOf((await callOf(missed)).callBack)).toMatchObject({ status: 'DROPPED' });
  });
});

describe('the statistics of calls', () => {
  it('count what became of them by person and hour of the tenant, for whoever may read them', async () => {
    const at = (minute: string) => `2026-11-22T15:${minute}Z`;
    await rings('x1', { at: at('00:00') });
    await tell({ event: 'answered', call: 'x1', extensions: ['101'], at: at('00:12') });
    await tell({ event: 'ended', call: 'x1', seconds: 60, at: at('01:12') });
    await rings('x2', { at: at('10:00'), extensions: ['102'] });
    await tell({ event: 'ended', call: 'x2', at: at('10:30') });
    await domain.settle();
    const day = { from: '2026-11-22', to: '2026-11-22' };
    const groups = async (more: object, actor = domain.actor()) =>
      (await domain.run<{ groups: object[] }>('callStatistics', { ...day, ...more }, actor)).groups;
    const ofAna = { calls: 1, answered: 1, missed: 0, failed: 0, waited: 12, talked: 60 };
    const all = { ...ofAna, calls: 2, missed: 1 };
    expect(await groups({})).toEqual([all]);
    expect(await groups({ groupBy: ['DAY', 'HOUR'] })).toEqual([{ ...all, day: '2026-11-22', hour: '10' }]);
    const own = { ...as(ana).rules, entities: { PhoneCall: { read: 'own' } } } as const;
    expect(await groups({ groupBy: ['OWNER'] }, { ...as(ana), rules: own })).toEqual([{ ...ofAna, owner: ana }]);
    expect(await groups({ from: '2026-11-23', to: '2026-11-23' })).toEqual([]);
    expect(await failure(groups({ to: '2027-11-22' }))).toBe('BAD_INPUT');
  });
});

describe('a recording', () => {
  const recorded = async (call: string): Promise<string> => {
    const { call: id = '' } = await rings(call);
    await tell({ event: 'answered', call, extensions: ['101'], recording: 'https://pbx.test/x.mp3' });
    await domain.settle();
    await domain.advanceTo(new Date(domain.clock.now().getTime() + 60_000).toISOString());
    await workOff(domain);
    return id;
  };

  it('says what people were told, is not made of who refuses that, and is deleted by who may', async () => {
    const subject = await make('createContact', { firstName: 'Eva', phone: number });
    await domain.settle();
    const id = await recorded('x1');
    expect(await callOf(id)).toMatchObject({ recording: 'audio/mpeg', recordingNotice: 'Esta llamada se graba.' });
    await domain.run('deleteCallRecording', { id, version: (await callOf(id)).version });
    expect(await callOf(id)).not.toHaveProperty('recording');
    expect(await domain.runtime.ports.files.head(`${tenanted.tenant}/recordings/${id}`)).toBeUndefined();
    const gone = domain.run('deleteCallRecording', { id, version: (await callOf(id)).version });
    expect(await failure(gone)).toBe('NOT_RECORDED');
    await domain.run('recordConsent', {
      ...{ subject, purpose: 'CALL_RECORDING', channel: 'PHONE', granted: false },
      ...{ wording: 'No.', wordingVersion: '1', source: { how: 'CALL' } },
    });
    const refused = await callOf(await recorded('x2'));
    expect(refused).not.toHaveProperty('recording');
    expect(refused.problem).toContain('does not want');
  });
});
