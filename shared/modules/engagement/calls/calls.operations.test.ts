import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, Row } from '#kernel';
import type { WebRequest } from '#kernel/ports';
import { modules } from '#modules';
import { Activity, ActivityType, defaultActivityTypes } from '#modules/engagement/activities';
import { callingIn, exchangeSecret as secret } from '#test/support/calling';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { makePeople, peopleForTests } from '#test/support/people';
import { PhoneCall, type PhoneCallRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
let asked: ({ readonly url: string } & WebRequest)[];
let exchange: (url: string) => Response;
const { openLine, tell, callOf } = callingIn(() => domain);

const seed = async (): Promise<void> => {
  for (const type of defaultActivityTypes) await domain.run('createActivityType', type);
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
  await openLine([ana, ben]);
};

beforeEach(async () => {
  asked = [];
  exchange = () => new Response('{}');
  domain = startDomain({
    modules: [...modules, peopleForTests],
    table: tenanted.table,
    tenant: tenanted.tenant,
    ports: {
      web: {
        fetch: (url, request = {}) => {
          asked.push({ url, ...request });
          return Promise.resolve().then(() => exchange(url));
        },
      },
    },
  });
  await seed();
});

const ringing = { event: 'ringing', call: 'x1', number: '0991234567', extensions: ['101'], at: '2026-11-22T15:00:00Z' };
const answered = { event: 'answered', call: 'x1', extensions: ['101'], at: '2026-11-22T15:00:10Z' };
const ended = { event: 'ended', call: 'x1', at: '2026-11-22T15:02:15Z' };
const activityOf = async (id = ''): Promise<Row<typeof Activity>> => domain.reader().trusted(Activity).get(id);
const as = (id: string): Actor => domain.actor({ id, userId: id });

describe('what an exchange tells', () => {
  it('opens the call with whom it is, its activity, and closes both with the time they took', async () => {
    const account = await domain.run<{ id: string }>('createAccount', { name: 'Molinos', owner: ben });
    const contact = { firstName: 'Eva', phone: '+593991234567', account: account.id };
    const { id: eva } = await domain.run<{ id: string }>('createContact', contact);
    await domain.settle();
    const { call } = await tell(ringing);
    expect(await callOf(call)).toMatchObject({
      ...{ status: 'RINGING', direction: 'INBOUND', number: '+593991234567', ringing: [ana], user: ana },
      ...{ account: account.id, contact: eva },
    });
    await tell(answered);
    await tell(answered);
    const { activity } = await callOf(call);
    expect(await activityOf(activity)).toMatchObject({ status: 'PLANNED', kind: 'CALL', owner: ana, contact: eva });
    await tell({ ...ended, recording: 'https://pbx.test/x1.mp3' });
    await tell(ended);
    expect(await callOf(call)).toMatchObject({ status: 'ENDED', seconds: 125, activity });
    expect(await activityOf(activity)).toMatchObject({ status: 'DONE', spentMinutes: 3 });
    const events = (await domain.settle()).filter(({ record }) => record.id === call).map(({ type }) => type);
    expect(events).toEqual(['phoneCall.created', 'phoneCall.answered', 'phoneCall.ended']);
    await domain.run('notePhoneCall', { id: call, result: 'Pide oferta' });
    expect(await activityOf(activity)).toMatchObject({ result: 'Pide oferta' });
  });

  it('follows who took over last, whatever comes late; who had it before stays in its history', async () => {
    const { call } = await tell(ringing);
    await tell(answered);
    const over = { ...answered, extensions: ['102'], at: '2026-11-22T15:01:00Z' };
    await tell(over);
    // The first answer is told once more.
    await tell(answered);
    const { activity, ...taken } = await callOf(call);
    expect(taken).toMatchObject({ user: ben, takenBy: [ana, ben], takenAt: '2026-11-22T15:01:00.000Z' });
    expect(await activityOf(activity)).toMatchObject({ status: 'PLANNED', owner: ben });
    await tell({ ...over, extensions: ['101'], at: '2026-11-22T15:01:30Z' });
    await tell(ended);
    expect(await callOf(call)).toMatchObject({ status: 'ENDED', user: ana, takenBy: [ana, ben, ana], seconds: 125 });
    expect(await activityOf(activity)).toMatchObject({ status: 'DONE', owner: ana, spentMinutes: 3 });
  });

  it('plans a task to call back where nobody answered, once, and drops it when somebody did after all', async () => {
    const { call } = await tell(ringing);
    await tell(ended);
    await tell(ended);
    const { callBack, status } = await callOf(call);
    expect(status).toBe('MISSED');
    expect(await activityOf(callBack)).toMatchObject({ status: 'PLANNED', owner: ana, priority: 'HIGH' });
    await tell(answered);
    expect((await callOf(call)).status).toBe('ENDED');
    expect((await activityOf(callBack)).status).toBe('DROPPED');
    expect((await domain.reader().trusted(ActivityType).findUnique('key', 'CALL'))?.id).toBeDefined();
  });

  it('is refused without the signature of the line, of another call, and when it is nonsense', async () => {
    expect(await tell(ringing, 'another-secret-altogether')).toMatchObject({ status: 401, code: 'SIGNATURE_INVALID' });
    expect(await tell({ ...ringing, event: 'exploded' })).toMatchObject({ status: 422, code: 'BAD_INPUT' });
    const moment = domain.clock.now().getTime();
    for (const seconds of [-301, 301])
      expect(await tell(ringing, secret, new Date(moment + seconds * 1000))).toMatchObject({ status: 401 });
    expect((await domain.reader().trusted(PhoneCall).list({ first: 5 })).rows).toEqual([]);
    expect(await tell(ringing, secret, new Date(moment - 299_000))).toMatchObject({ status: 'RINGING' });
    const other = await domain.run<{ id: string }>('createPhoneLine', { name: 'Other' });
    expect(await failure(domain.run('phoneLineHook', { id: other.id }))).toBe('BAD_INPUT');
  });

  it('is one call, whatever of it is told first and at once', async () => {
    const told = await Promise.all([tell(ringing), tell(answered), tell({ ...ringing, choice: '2' })]);
    expect(new Set(told.map(({ call = '' }) => call))).toEqual(new Set([expect.stringMatching(/^pca_/)]));
    expect(await callOf(told[0].call)).toMatchObject({ status: 'ANSWERED', choice: '2', user: ana });
  });

  it('ends by itself where nothing more is told: missed after an hour, over after a day', async () => {
    const { call: rang } = await tell(ringing);
    const { call: spoken } = await tell({ ...answered, call: 'x2' });
    await domain.settle();
    await domain.advanceTo('2026-11-22T15:59:00.000Z');
    expect((await callOf(rang)).status).toBe('RINGING');
    await domain.advanceTo('2026-11-22T16:00:00.000Z');
    const { callBack, ...missed } = await callOf(rang);
    expect(missed).toMatchObject({ status: 'MISSED', problem: 'The exchange never told how it ended.' });
    expect(await activityOf(callBack)).toMatchObject({ status: 'PLANNED', owner: ana });
    await domain.advanceTo('2026-11-23T15:01:00.000Z');
    expect(await callOf(spoken)).toMatchObject({ status: 'ENDED', seconds: 0 });
    expect((await activityOf((await callOf(spoken)).activity)).status).toBe('DONE');
  });

  it('is recorded: fetched again while the exchange is down, heard by whom it concerns, deleted in time', async () => {
    exchange = () => new Response('', { status: 503 });
    const { call } = await tell(ringing);
    await tell({ ...answered, recording: 'https://pbx.test/x1.mp3' });
    await tell(ended);
    await domain.settle();
    await domain.advanceTo('2026-11-22T15:01:00.000Z');
    // The timer asks a job to fetch it: who is due next does not wait for an exchange.
    expect(asked).toEqual([]);
    await workOff(domain);
    expect(await callOf(call)).toMatchObject({ recordingTries: 1, problem: 'The exchange answered 503.' });
    const jobs = await domain.reader().trusted(domain.registry.entity('Job')).list({ first: 5 });
    expect([jobs.rows.length, jobs.rows[0]?.['subject']]).toEqual([1, undefined]);
    exchange = () => new Response('sound', { headers: { 'content-type': 'audio/mpeg' } });
    await domain.advanceTo('2026-11-22T15:10:00.000Z');
    await workOff(domain);
    expect(asked.at(-1)).toMatchObject({
      headers: { authorization: 'Bearer token-of-the-exchange' },
      limits: { mostBytes: 104_857_600 },
    });
    const heard = await domain.run('callRecording', { id: call }, as(ana));
    expect(heard).toMatchObject({
      contentType: 'audio/mpeg',
      url: expect.stringContaining(`recordings/${String(call)}`),
    });
    const own = { read: 'all', update: 'own' } as const;
    const reading = { ...as(ben).rules, entities: { PhoneCall: own } };
    expect(await failure(domain.run('callRecording', { id: call }, { ...as(ben), rules: reading }))).toBe('FORBIDDEN');
    await domain.settle();
    await domain.advanceTo('2027-02-21T15:00:00.000Z');
    expect((await callOf(call)).recording).toBeUndefined();
    expect(await failure(domain.run('callRecording', { id: call }, as(ana)))).toBe('NOT_RECORDED');
  });

  it('goes with the person with whom one spoke, and what was recorded with it', async () => {
    const { id: eva } = await domain.run<{ id: string }>('createContact', { firstName: 'Eva', phone: '+593991234567' });
    await domain.settle();
    exchange = () => new Response('sound', { headers: { 'content-type': 'audio/mpeg' } });
    const { call } = await tell({ ...answered, number: '+593991234567', recording: 'https://pbx.test/x1.mp3' });
    await domain.settle();
    await domain.advanceTo('2026-11-22T15:01:00.000Z');
    await workOff(domain);
    const { files } = domain.runtime.ports;
    const key = `${tenanted.tenant}/recordings/${String(call)}`;
    expect(await files.head(key)).toMatchObject({ contentType: 'audio/mpeg' });
    const { id } = await domain.run<{ id: string }>('openPrivacyRequest', { subject: eva, kind: 'ERASE' });
    await domain.run('verifyPrivacyRequest', { id, identityCheck: 'Cédula vista' });
    await domain.run('erasePersonalData', { id });
    await domain.settle();
    await workOff(domain);
    expect(await files.head(key)).toBeUndefined();
    const gone = async () => (await domain.reader().trusted(PhoneCall).find(String(call))) === undefined;
    expect(await gone()).toBe(true);
    // What somebody kept of the wire, or the exchange tells late, brings nobody back.
    for (const news of [answered, ended])
      expect(await tell({ ...news, number: '+593991234567' })).toEqual({ status: 'FORGOTTEN' });
    expect([await gone(), (await domain.reader().trusted(PhoneCall).list({ first: 5 })).rows]).toEqual([true, []]);
  });
});

describe('a call out', () => {
  it('is written before the telephone rings, dialled once under a key, and followed by its reference', async () => {
    const eva = await domain.run<{ id: string }>('createContact', { firstName: 'Eva', phone: '+593991234567' });
    const input = { contact: eva.id };
    const dial = () => domain.run<{ phoneCall: PhoneCallRow }>('startCall', input, as(ana), { idempotencyKey: 'once' });
    const { phoneCall: made } = await dial();
    expect((await dial()).phoneCall.id).toBe(made.id);
    expect(asked).toHaveLength(1);
    expect(JSON.parse(String(asked[0]?.body))).toEqual({ call: made.id, to: '+593991234567', extension: '101' });
    await tell({ ...answered, call: 'y1', reference: made.id });
    expect(await callOf(made.id)).toMatchObject({ status: 'ANSWERED', direction: 'OUTBOUND', user: ana });
    await tell({ ...ended, call: 'y1' });
    expect((await callOf(made.id)).status).toBe('ENDED');
    // Once it is gone with a person, its name at the exchange brings it back no more than its reference does.
    const { contact } = await callOf(made.id);
    const { id } = await domain.run<{ id: string }>('openPrivacyRequest', { subject: contact, kind: 'ERASE' });
    await domain.run('verifyPrivacyRequest', { id, identityCheck: 'Cédula vista' });
    await domain.run('erasePersonalData', { id });
    await domain.settle();
    await workOff(domain);
    expect(await domain.reader().trusted(PhoneCall).find(made.id)).toBeUndefined();
    const late = { ...ended, call: 'y1', number: '+593991234567' };
    for (const news of [late, { ...late, reference: made.id }])
      expect(await tell(news)).toEqual({ status: 'FORGOTTEN' });
  });

  it('says why it does not come about', async () => {
    exchange = () => new Response('busy', { status: 500 });
    expect(await failure(domain.run('startCall', { to: '+593991234567' }, as(ana)))).toBe('DIALLING_REFUSED');
    const { rows } = await domain.reader().trusted(PhoneCall).list({ first: 5 });
    expect(rows).toMatchObject([{ status: 'FAILED', problem: 'The exchange answered 500.' }]);
    expect(await failure(domain.run('startCall', {}, as(ana)))).toBe('NO_NUMBER');
    expect(await failure(domain.run('startCall', { to: '+593991234567' }, as('usr_nobody')))).toBe('NO_LINE');
  });
});
