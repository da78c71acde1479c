import { beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import type { Ports } from '#kernel';
import { runPage } from '#kernel/run-page';
import { modules } from '#modules';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { storeTenantOf, storingTenant, tenantIdOf } from '#test/support/tenant';
import { sendQueued, type MailRow } from './index.ts';

type Sent = Parameters<Ports['mailer']['send']>[0];

const tenanted = withTenantTable();
let domain: Domain;
let sent: Sent[];
let paused: boolean;

beforeEach(async () => {
  sent = [];
  paused = false;
  const mailer: Ports['mailer'] = {
    send: (mail) => {
      sent.push(mail);
      return Promise.resolve({ messageId: `message-${String(sent.length)}` });
    },
  };
  domain = startDomain({
    ...{ modules: [...modules, storingTenant], table: tenanted.table, tenant: tenantIdOf(tenanted.tenant) },
    ports: { mailer },
    isPaused: () => Promise.resolve(paused),
  });
  await storeTenantOf(domain);
});

const send = (input: object = {}) =>
  domain.run<MailRow>('sendMail', { to: ['ana@example.com'], subject: 'Hola', body: 'Buenos días', ...input });
/** How often it went out, and what the ledger says. */
const became = async ({ id }: MailRow): Promise<readonly unknown[]> => [
  sent.filter(({ tags }) => tags['mail'] === id).length,
  (await domain.reader().records([id])).get(id)?.['status'],
];
const drain = async (): Promise<void> => {
  for (const { message } of domain.sent.splice(0))
    await sendQueued(domain.runtime, message.body as { tenant: string; mail: string });
};

describe('a tenant in which nothing new may begin', () => {
  it('sends no mail; afterwards what waited for hours goes out, and what waited for a day is given up', async () => {
    const mail = await send();
    paused = true;
    await drain();
    await domain.advanceTo('2026-11-22T15:10:00.000Z');
    await drain();
    expect(await became(mail)).toEqual([0, 'QUEUED']);
    paused = false;
    await domain.advanceTo('2026-11-22T21:10:00.000Z');
    await drain();
    expect(await became(mail)).toEqual([1, 'SENT']);
    const late = await send();
    paused = true;
    await domain.advanceTo('2026-11-23T22:00:00.000Z');
    paused = false;
    await domain.advanceTo('2026-11-24T04:00:00.000Z');
    await drain();
    expect(await became(late)).toEqual([0, 'FAILED']);
  });

  it('still lets readers of marketing unsubscribe', async () => {
    await send({ kind: 'MARKETING' });
    await drain();
    paused = true;
    const { headers } = await PostalMime.parse(sent[0]?.raw ?? new Uint8Array());
    const [, token = ''] =
      /\/p\/unsubscribe\/([\w.-]+)>/.exec(headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? '') ?? [];
    const request = { method: 'POST', path: '', query: {}, headers: {}, body: '', ip: '' } as const;
    expect(await runPage(domain.runtime, 'unsubscribe', token, request)).toMatchObject({ status: 200 });
  });
});
