import { beforeEach, describe, expect, it } from '@jest/globals';
import { fullAccess, type Actor, type RealtimeNotice } from '#kernel';
import { modules } from '#modules';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { channelOf, tenantIn } from './channels.rules.ts';
import { mayListen, tellListeners } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let told: { channel: string; notices: readonly RealtimeNotice[] }[];
let isDown: boolean;
beforeEach(async () => {
  told = [];
  isDown = false;
  domain = startDomain({
    modules: [...modules, peopleForTests],
    table: tenanted.table,
    tenant: tenanted.tenant,
    ports: {
      realtime: {
        listenUrl: () => 'wss://x.test',
        publish: (channel, notices) => {
          if (isDown) return Promise.reject(new Error('down'));
          told.push({ channel, notices });
          return Promise.resolve();
        },
      },
    },
  });
  [ana = ''] = await makePeople(domain, ['Ana']);
  await domain.settle();
});

const as = (id: string): Actor => domain.actor({ id, userId: id, rules: fullAccess });
const tellAll = async () => tellListeners(domain.runtime, await domain.settle());

describe('notices', () => {
  it('have a channel for each person of a tenant', () => {
    expect(channelOf('ten_1', 'usr_2')).toBe('/crm/ten-1/usr-2');
    expect(tenantIn('/crm/ten-1/usr-2')).toBe('ten_1');
    expect(tenantIn('nonsense')).toBe('');
  });

  it('are not told of records that a person looks at but may not read, nor after the end', async () => {
    const { id } = await domain.run('createAccount', { name: 'Molinos' });
    const watching = await domain.run('watchRecords', { ids: [id], minutes: 5 }, as(ana));
    expect(watching).toEqual({ until: '2026-11-22T15:05:00.000Z' });
    // Ana has no role: a right that was there when she began to look is gone.
    await tellAll();
    expect(told).toEqual([]);
    expect(await failure(domain.run('watchRecords', { ids: ['acc_01M80GVG6G0000000000000000'] }, as(ana)))).toBe(
      'NOT_FOUND',
    );
    expect(await failure(domain.run('watchRecords', { ids: [id] }, domain.actor({ kind: 'key' })))).toBe('BAD_INPUT');
  });

  it('cost nothing but the notice when the service is down', async () => {
    isDown = true;
    await domain.run('createAccount', { name: 'Molinos' });
    await expect(tellAll()).resolves.toBeUndefined();
  });
});

describe('who listens', () => {
  const asked = (token: string, channel: string, operation: 'EVENT_CONNECT' | 'EVENT_SUBSCRIBE' | 'EVENT_PUBLISH') =>
    mayListen(domain.runtime, { token, channel, operation });

  it('has a good token, and hears nothing without one of the channel', async () => {
    expect(await asked('Bearer somebody', '', 'EVENT_CONNECT')).toBe(true);
    expect(await asked('lazo_nonsense', '', 'EVENT_CONNECT')).toBe(false);
    expect(await asked('somebody', channelOf(tenanted.tenant, ana), 'EVENT_SUBSCRIBE')).toBe(false);
    expect(await asked('somebody', channelOf(tenanted.tenant, ana), 'EVENT_PUBLISH')).toBe(false);
  });
});
