import { beforeEach, describe, expect, it } from '@jest/globals';
import { runPage } from '#kernel/run-page';
import type { Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailing, readMail } from '#test/support/mailing';
import type { MailRow } from './index.ts';

let domain: Domain;
let paused: boolean;
const { start, sent, send, drain } = openMailing(withTenantTable(), { isPaused: () => Promise.resolve(paused) });

beforeEach(async () => {
  paused = false;
  ({ domain } = await start());
});

/** How often it went out, and what the ledger says. */
const became = async ({ id }: MailRow): Promise<readonly unknown[]> => [
  sent.filter(({ tags }) => tags['mail'] === id).length,
  (await domain.reader().records([id])).get(id)?.['status'],
];

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
    const { headers } = await readMail(sent[0]);
    const [, token = ''] =
      /\/p\/unsubscribe\/([\w.-]+)>/.exec(headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? '') ?? [];
    const request = { method: 'POST', path: '', query: {}, headers: {}, body: '', ip: '' } as const;
    expect(await runPage(domain.runtime, 'unsubscribe', token, request)).toMatchObject({ status: 200 });
  });
});
