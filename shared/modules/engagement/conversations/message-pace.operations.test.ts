import { expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { Tenant } from '#modules/platform/settings';
import { openConversing } from '#test/support/conversing';
import { withTenantTable } from '#test/support/engine';

const desk = openConversing(withTenantTable());
const { caught, drain, line, messageOf } = desk;

it('messages of a channel go out one after the other, within what a day may take; what is more waits, nothing is dropped', async () => {
  const domain = await desk.start();
  await line('SMS', { address: '+593990000001' });
  const { id, version } = await domain.reader().trusted(Tenant).get(domain.actor().tenant);
  await domain.run('updateTenant', { id, version, messagePace: { perSecond: 1, perDay: 2 } });
  const messages: AnyRow[] = [];
  for (const text of ['uno', 'dos', 'tres'])
    messages.push(await domain.run<AnyRow>('sendMessage', { to: '+593991234567', text }));
  await drain();
  expect(caught.length).toBe(1);
  const states = () => Promise.all(messages.map(async (message) => (await messageOf(message.id)).status));
  expect(await states()).toEqual(['SENT', 'QUEUED', 'QUEUED']);
  await domain.advanceTo(new Date(domain.clock.now().getTime() + 2 * 60_000).toISOString());
  await drain();
  expect(await states()).toEqual(['SENT', 'SENT', 'QUEUED']);
  const { daily } = await domain.run<{ daily: readonly object[] }>('tenantUsage', {});
  expect(daily).toMatchObject([{ kind: 'SMS', used: 2, most: 2, percent: 100 }]);
  const { sendAt = '' } = await messageOf(messages[2]?.id ?? '');
  domain.clock.set(new Date(Date.parse(sendAt) - 60_000).toISOString());
  await domain.advanceTo(sendAt);
  await drain();
  expect(await states()).toEqual(['SENT', 'SENT', 'SENT']);
  expect(caught.map(({ body }) => (body as { text: string }).text)).toEqual(['uno', 'dos', 'tres']);
});
