import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, WebRequest } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ana, fillingIn, formField } from '#test/support/filling-in';
import { workOff } from '#test/support/jobs';
import { ownRules, partyModules } from '#test/support/parties';

const tenanted = withTenantTable();
let domain: Domain;
let audience: AnyRow;
let isDown: boolean;
/** What happens while the platform is asked for the first time. */
let onCall: (() => Promise<unknown>) | undefined;
let calls: { url: string; method: string; headers: Readonly<Record<string, string>>; body: string }[];
const { createForm, fillIn, onlyOne, read, wait } = fillingIn(() => domain);

const fetch = async (url: string, { method = 'GET', headers = {}, body = '' }: WebRequest = {}): Promise<Response> => {
  calls.push({ url, method, headers, body: String(body) });
  if (calls.length === 1) await onCall?.();
  return isDown ? new Response('busy', { status: 503 }) : Response.json({ access_token: 'hourly' });
};

beforeEach(async () => {
  [isDown, calls, onCall] = [false, [], undefined];
  const { table, tenant } = tenanted;
  domain = startDomain({ modules: partyModules, table, tenant, ports: { web: { fetch } } });
  audience = await domain.run<AnyRow>('createAdAudience', { name: 'Ads', platform: 'META', destination: '1234567' });
  await domain.run('setAudienceCredential', { id: audience.id, token: 'long-lived' });
});

type Payload = { readonly payload: { readonly data: readonly (readonly string[])[] } };
const wording = { es: 'Acepto ver publicidad.', en: 'I agree to see advertising.' };
const consent = { purpose: 'ADVERTISING', channels: ['EMAIL'], wording, version: '1' };
const questionnaire = () =>
  createForm({
    fields: [
      ...['name', 'email', 'phone'].map((key) => formField(key, 'TEXT')),
      formField('ads', 'CONSENT', { consent }),
    ],
  });
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Time goes by, and everything that is due happens. */
const later = async (seconds: number): Promise<void> => {
  await domain.settle();
  await domain.advanceTo(new Date(domain.clock.now().getTime() + seconds * 1000).toISOString());
  await domain.settle();
  await workOff(domain);
};
const members = async () =>
  (
    await domain
      .reader()
      .data(domain.registry.entity('AudienceMember'))
      .page('byAudience', { of: audience.id, first: 50 })
  ).rows;

describe('an audience', () => {
  it('gets whoever agreed with a questionnaire as hashes, and loses whoever takes that back', async () => {
    await fillIn(await questionnaire(), { ...ana, phone: '+593991234567', ads: 'yes' });
    await fillIn(await questionnaire(), { name: 'Luis', email: 'luis@example.com' });
    await later(120);
    const [added, ...others] = calls;
    expect(others).toEqual([]);
    expect(added).toMatchObject({ method: 'POST', url: 'https://graph.facebook.com/v25.0/1234567/users' });
    expect(added?.headers['authorization']).toBe('Bearer long-lived');
    expect(JSON.parse(added?.body ?? '')).toEqual({
      payload: { schema: ['EMAIL', 'PHONE'], data: [[sha(ana.email), sha('593991234567')]] },
    });
    const [member] = await members();
    expect(member).toMatchObject({ status: 'ADDED' });
    await domain.run('recordConsent', {
      ...{ subject: member?.['subject'], purpose: 'GENERAL', channel: 'EMAIL', granted: false },
      ...{ wording: 'No more.', wordingVersion: '1', source: { how: 'CALL' } },
    });
    await later(120);
    expect(calls.at(-1)).toMatchObject({ method: 'DELETE', body: added?.body });
    expect((await members())[0]).toMatchObject({ status: 'REMOVED' });
    expect((await members())[0]).not.toHaveProperty('emailHash');
  });

  it('is told again until the platform takes it, and loses nobody meanwhile', async () => {
    isDown = true;
    await fillIn(await questionnaire(), { ...ana, phone: '', ads: 'yes' });
    await later(90);
    expect(await read(audience.id)).toMatchObject({ failures: 1, problem: { message: '503 busy' } });
    await later(90);
    expect(await read(audience.id)).toMatchObject({ failures: 2 });
    expect((await members())[0]).toMatchObject({ status: 'ADDING' });
    isDown = false;
    await later(300);
    expect((await members())[0]).toMatchObject({ status: 'ADDED' });
    expect(await read(audience.id)).toMatchObject({ failures: 0, hasCredential: true });
    expect(await read(audience.id)).not.toHaveProperty('problem');
    expect(calls).toHaveLength(3);
  });

  const withdraw = async () =>
    domain.run('recordConsent', {
      ...{ subject: (await members())[0]?.['subject'], purpose: 'ADVERTISING', channel: 'EMAIL', granted: false },
      ...{ wording: 'No more.', wordingVersion: '1', source: { how: 'CALL' } },
    });
  const change = async (changes: object) =>
    domain.run('updateAdAudience', { id: audience.id, version: (await read(audience.id))?.version, ...changes });

  it('loses whoever takes it back also while it is not kept up, and takes in nobody then', async () => {
    await fillIn(await questionnaire(), { ...ana, phone: '', ads: 'yes' });
    await later(120);
    await change({ active: false });
    await later(1);
    await withdraw();
    await fillIn(await questionnaire(), { name: 'Luis', email: 'luis@example.com', ads: 'yes' });
    await later(120);
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    expect(calls.at(-1)?.body).toContain(sha(ana.email));
    expect((await members()).map(({ status }) => status)).toEqual(['REMOVED']);
  });

  it('loses whoever takes it back at the moment when the platform is told', async () => {
    onCall = withdraw;
    await fillIn(await questionnaire(), { ...ana, phone: '', ads: 'yes' });
    await later(120);
    await later(120);
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    expect(calls[1]?.body).toBe(calls[0]?.body);
    expect((await members()).map(({ status }) => status)).toEqual(['REMOVED']);
  });

  it('tells the platform to forget the address that somebody had, also one that it was told in vain', async () => {
    isDown = true;
    await fillIn(await questionnaire(), { ...ana, phone: '+593991234567', ads: 'yes' });
    await later(90);
    const subject = (await members())[0]?.['subject'];
    const move = async (email: string) =>
      domain.run('updateLead', { id: subject, version: (await read(String(subject)))?.version, email });
    await move('ana@new.example');
    isDown = false;
    await later(120);
    const told = () => calls.slice(1).map(({ method, body }) => [method, (JSON.parse(body) as Payload).payload.data]);
    const phone = sha('593991234567');
    expect(told()).toEqual([
      ['DELETE', [[sha(ana.email), '']]],
      ['POST', [[sha('ana@new.example'), phone]]],
    ]);
    await move('ana@newer.example');
    await later(120);
    expect(told().slice(2)).toEqual([
      ['DELETE', [[sha('ana@new.example'), '']]],
      ['POST', [[sha('ana@newer.example'), phone]]],
    ]);
    expect((await members())[0]).toMatchObject({ status: 'ADDED', emailHash: sha('ana@newer.example') });
    expect((await members())[0]).not.toHaveProperty('former');
  });

  it('loses whoever takes it back also once it is archived, as soon as the platform answers', async () => {
    await fillIn(await questionnaire(), { ...ana, phone: '', ads: 'yes' });
    await later(120);
    await domain.run('archiveAdAudience', { id: audience.id, version: (await read(audience.id))?.version });
    await withdraw();
    isDown = true;
    await later(120);
    expect((await members())[0]).toMatchObject({ status: 'REMOVING' });
    isDown = false;
    await later(7 * 3600);
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'DELETE', 'DELETE']);
    expect(calls.at(-1)?.body).toBe(calls[0]?.body);
    expect((await members()).map(({ status }) => status)).toEqual(['REMOVED']);
  });

  it('takes in who agreed before it was there, and is of other forms once it says so', async () => {
    const [form, other] = [await questionnaire(), await questionnaire()];
    await fillIn(form, { ...ana, phone: '', ads: 'yes' });
    await later(120);
    const late = await domain.run<AnyRow>('createAdAudience', { name: 'Late', platform: 'META', destination: '77777' });
    await later(1);
    await domain.run('setAudienceCredential', { id: late.id, token: 'late' });
    await later(60);
    expect(calls.map(({ url }) => url.split('/').at(-2))).toEqual(['1234567', '77777']);
    expect(calls[1]?.body).toBe(calls[0]?.body);
    expect(await failure(change({ destination: '7654321' }))).toBe('AUDIENCE_IN_USE');
    await change({ forms: [other.id] });
    await later(1);
    await later(120);
    expect(calls.slice(2)).toMatchObject([{ method: 'DELETE', body: calls[0]?.body }]);
    await change({ forms: [form.id] });
    await later(1);
    await later(120);
    expect(calls.slice(3)).toMatchObject([{ method: 'POST', body: calls[0]?.body }]);
  });

  it('loses those who never agreed to what it is for now', async () => {
    await fillIn(await questionnaire(), { ...ana, phone: '', ads: 'yes' });
    await later(120);
    await change({ purpose: 'NEWSLETTER' });
    await domain.settle();
    await workOff(domain);
    await later(120);
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    expect((await members()).map(({ status }) => status)).toEqual(['REMOVED']);
  });

  it('has the platform forget whom we forget, and asks who may see it', async () => {
    const form = await questionnaire();
    await fillIn(form, { ...ana, phone: '', ads: 'yes' });
    await later(120);
    const { lead } = await onlyOne(form);
    const { id } = await domain.run<AnyRow>('openPrivacyRequest', { subject: lead, kind: 'ERASE' });
    await domain.run('verifyPrivacyRequest', { id, identityCheck: 'Seen' });
    await domain.run('erasePersonalData', { id });
    await domain.settle();
    await workOff(domain);
    await later(120);
    expect(calls.at(-1)).toMatchObject({ method: 'DELETE' });
    expect(calls.at(-1)?.body).toContain(sha(ana.email));
    expect((await members())[0]).toMatchObject({ status: 'REMOVED' });
    const seller = domain.actor({ id: 'usr_x', userId: 'usr_x', rules: ownRules });
    expect(await failure(domain.run('setAudienceCredential', { id: audience.id, token: 'x' }, seller))).toBe(
      'FORBIDDEN',
    );
  });

  it('of certain forms takes those who sent one of them', async () => {
    const [form, other] = [await questionnaire(), await questionnaire()];
    await domain.run('updateAdAudience', { id: audience.id, version: 2, forms: [form.id] });
    await fillIn(other, { ...ana, phone: '', ads: 'yes' });
    await domain.settle();
    expect(await members()).toEqual([]);
    wait(60);
    await fillIn(form, { ...ana, phone: '', ads: 'yes' });
    await domain.settle();
    expect(await members()).toHaveLength(1);
    const wrong = { name: 'Wrong', platform: 'GOOGLE', destination: '123' };
    expect(await failure(domain.run('createAdAudience', wrong))).toBe('BAD_INPUT');
  });
});

describe('what platforms are told', () => {
  it('is told to Google with a token for an hour', async () => {
    const google = { name: 'G', platform: 'GOOGLE', destination: '123456/789' };
    const { id } = await domain.run<AnyRow>('createAdAudience', google);
    await domain.run('setAudienceCredential', { id, clientId: 'c', clientSecret: 's', refreshToken: 'r' });
    await fillIn(await questionnaire(), { ...ana, phone: '', ads: 'yes' });
    await later(120);
    const asked = calls.filter(({ url }) => url.includes('google'));
    expect(asked[0]?.body).toBe('grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=r');
    expect(asked[1]?.headers['authorization']).toBe('Bearer hourly');
  });
});
