import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { openConversing } from '#test/support/conversing';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { Message } from './index.ts';

const desk = openConversing(withTenantTable());
const { caught, drain, line } = desk;
let domain: Domain;
beforeEach(async () => {
  domain = await desk.start();
});

type Result = { readonly row: number; readonly status: string; readonly record?: string; readonly code?: string };
/** Writes to many, and answers what became of each. */
const sendMany = async (order: object): Promise<readonly Result[]> => {
  const { id } = await domain.run<AnyRow>('sendMessages', order as Record<string, unknown>);
  await workOff(domain);
  return (await domain.run<{ results: readonly Result[] }>('jobResults', { id, first: 100 })).results;
};

const contact = (firstName: string, phone?: string, more: object = {}) =>
  domain.run<AnyRow>('createContact', {
    firstName,
    lastName: 'Vera',
    consents: [{ channel: 'SMS', granted: true }],
    ...(phone !== undefined && { phone }),
    ...more,
  });

describe('a message to many', () => {
  it('goes once to each number that may be written to, with the own words, and says who was left out', async () => {
    await line('SMS', { address: '+593990000001' });
    const people = await Promise.all([
      contact('Rosa', '+593991234561'),
      contact('Luis', '+593991234562', { language: 'en' }),
      contact('Eva', '+593991234561'),
      contact('Ana'),
      contact('Leo', '+593991234564', { consents: [] }),
    ]);
    await domain.settle();
    const answer = {
      key: 'sale',
      title: 'Sale',
      es: 'Hola {name}: {discount} en todo',
      en: 'Hi {name}: {discount} off',
    };
    await domain.run('createCannedAnswer', answer);
    const gone = await contact('Eva', '+593991234569');
    await domain.run('archiveContact', { id: gone.id, version: gone.version });
    const nobody = 'con_00000000000000000000000000';
    const contacts = [...people.map(({ id }) => id), gone.id, nobody, people[1].id];
    expect(await failure(domain.run('sendMessages', { contacts, canned: 'sale' }))).toBe('VALUE_MISSING');
    expect(await failure(domain.run('sendMessages', { contacts, text: 'á'.repeat(671) }))).toBe('TEXT_TOO_LONG');
    expect(await failure(domain.run('sendMessages', { text: 'x' }))).toBe('BAD_INPUT');
    const order = { contacts, canned: 'sale', values: { discount: '10 %' }, campaign: 'black-friday' };
    const results = await sendMany(order);
    expect(results.map(({ row, status, code }) => [row, status, code])).toEqual([
      [1, 'created', undefined],
      [2, 'created', undefined],
      [3, 'skipped', 'SENT_BEFORE'],
      [4, 'skipped', 'NO_ADDRESS'],
      [5, 'skipped', 'NO_CONSENT'],
      [6, 'skipped', 'ARCHIVED'],
      [7, 'skipped', 'NOT_FOUND'],
      [8, 'skipped', 'SENT_BEFORE'],
    ]);
    await drain();
    expect(caught.map(({ body }) => [body['to'], body['text'], body['kind']])).toEqual([
      ['+593991234561', 'Hola Rosa: 10 % en todo', 'MARKETING'],
      ['+593991234562', 'Hi Luis: 10 % off', 'MARKETING'],
    ]);
    const message = await domain
      .reader()
      .trusted(Message)
      .get(results[0]?.record ?? '');
    expect(message).toMatchObject({ campaign: 'black-friday', smsEncoding: 'GSM_7', smsParts: 1, status: 'SENT' });
  });

  it('is kept back while it waits, one or all of a campaign', async () => {
    await line('SMS', { address: '+593990000001' });
    const [rosa, luis] = [await contact('Rosa', '+593991234561'), await contact('Luis', '+593991234562')];
    await domain.settle();
    const sendAt = new Date(domain.clock.now().getTime() + 24 * 3_600_000).toISOString();
    const many = { contacts: [rosa.id, luis.id], text: 'Feria', campaign: 'fair', sendAt };
    const [first, second] = (await sendMany(many)).map(({ record = '' }) => record);
    await domain.settle();
    const row = await domain.run<AnyRow>('cancelMessage', { id: first, version: 1 });
    expect(row).toMatchObject({ status: 'REFUSED', problem: 'Somebody kept it back.' });
    expect(await failure(domain.run('cancelMessage', { id: first, version: 2 }))).toBe('NOT_QUEUED');
    expect(await failure(domain.run('cancelMessage', { id: second, version: 7 }))).toBe('STALE_VERSION');
    const { id } = await domain.run<AnyRow>('cancelMessages', { campaign: 'fair' });
    await workOff(domain);
    const { results } = await domain.run<{ results: readonly Result[] }>('jobResults', { id, first: 100 });
    expect(results).toMatchObject([{ status: 'done', record: second }]);
    await domain.advanceTo(sendAt);
    await drain();
    expect(caught).toEqual([]);
  });

  it('fills the gaps of an approved template on WhatsApp, for whoever fulfils criteria', async () => {
    await line('WHATSAPP', { address: '555' });
    const consents = [{ channel: 'WHATSAPP', granted: true }];
    await contact('Rosa', '+593991234561', { consents });
    await contact('Eva', '+593991234562', { consents, lastName: 'Luna' });
    await domain.settle();
    const template = { name: 'sale', language: 'es', values: ['{firstName}', '10 %'] };
    const where = { lastName: { eq: 'Luna' } };
    expect(await sendMany({ channel: 'WHATSAPP', where, template })).toMatchObject([{ status: 'created' }]);
    await drain();
    expect(JSON.stringify(caught[0]?.body)).toContain('"parameters":[{"type":"text","text":"Eva"}');
  });
});
