// A tenant with a past, its backups, and what lies in it, for tests that make one tenant of another.
import type { Actor, AnyRow, Item, Table } from '#kernel';
import { feedStart, readFeed } from '#kernel/feed';
import { ordered } from '#kernel/row-changes';
import type { TestEngine, Tenanted } from './engine.ts';
import { openFounded, type Founded } from './founded-tenant.ts';
import { workOff } from './jobs.ts';

/** All items of a tenant, whatever they are, but for what only the one or only the other has. */
export const everythingOf = async (table: Table, tenant: string): Promise<readonly Item[]> => {
  const found: Item[] = [];
  const { events } = await readFeed(table, tenant, feedStart, 1000);
  for (const id of new Set(events.map(({ record }) => record.id))) {
    if (id === tenant || id.startsWith('job_')) continue;
    found.push(...(await table.query({ pk: `${tenant}#${id}`, consistent: true })).items);
  }
  return found;
};

/** Items so that two tenants can be compared: without what only the one or only the other has. */
export const comparable = (items: readonly Item[], tenant: string): readonly string[] =>
  items
    .map(({ duepk: _minute, duesk: _due, turn: _turn, event, ...item }) => ({
      ...item,
      ...(event !== undefined && { event: { ...event, restored: undefined } }),
    }))
    .map((item) => JSON.stringify(ordered(JSON.parse(JSON.stringify(item).replaceAll(tenant, 'TENANT')))))
    .sort();

const line = { product: 'Chair', quantity: '2.125', price: { amount: '5.00', currency: 'USD' } };
type Values = Readonly<Record<string, unknown>>;
type Founding = ReturnType<typeof openFounded>;

/** What Olga sells, and to whom. */
const sellingOf = ({ domain, olga }: Founded) => ({
  customer: (name: string, given: Values = {}) => domain.run<AnyRow>('createCustomer', { name, ...given }, olga),
  offer: (of: AnyRow, given: Values = {}) =>
    domain.run<AnyRow>('createOffer', { customer: of.id, validUntil: '2026-12-31', lines: [line], ...given }, olga),
});

/** A tenant with a past: states, lines, links, guards, numbers, a key, a stored file, somebody who left. */
const liveIn = async (founded: Founded, { source, mail }: Founding) => {
  const { domain, olga } = founded;
  const { customer, offer } = sellingOf(founded);
  const [acme, beta] = [
    await customer('Acme', { taxId: '1790012345001', labels: ['vip'] }),
    await customer('Beta', { parent: undefined }),
  ];
  await customer('Gamma', { parent: acme.id });
  const [sent, draft] = [
    await offer(acme, { referrer: beta.id }),
    await offer(acme, { lines: Array.from({ length: 150 }, () => line) }),
  ];
  await domain.run('sendOffer', { id: sent.id, version: 1 }, olga);
  await domain.run('updateCustomer', { id: beta.id, version: 1, name: 'Beta & Co' }, olga);
  await domain.run('archiveCustomer', { id: beta.id, version: 2 }, olga);
  const { key } = await domain.run<{ key: string }>('createApiKey', { name: 'Shop' }, olga);
  await domain.run('takeNumber', {}, olga);
  await domain.run('inviteUser', { name: 'Ana', email: mail('ana'), roles: ['seller'] }, olga);
  await domain.runtime.ports.files.put(`${source()}/documents/one.pdf`, 'PDF', 'application/pdf');
  await domain.settle();
  return { acme, beta, sent, draft, key };
};

/** A founded tenant that lives, is backed up and restored, anew in each test. */
export const openBackups = (tenanted: Tenanted<TestEngine>) => {
  const founding = openFounded(tenanted);
  let at: Founded;
  const follow = async (): Promise<void> => {
    await at.domain.settle();
    await workOff(at.domain);
  };
  return {
    ...founding,
    found: async (): Promise<Founded> => (at = await founding.found()),
    live: () => liveIn(at, founding),
    customer: (name: string) => sellingOf(at).customer(name),
    backUp: async (as = at.olga, input: Values = {}): Promise<string> => {
      const job = await at.domain.run<AnyRow>('backupTenant', input, as);
      await follow();
      return job.id;
    },
    restore: async (backup: string, given: Values = {}): Promise<string> => {
      const order = { tenant: founding.source(), backup, ...given };
      const { tenant } = await at.domain.run<{ tenant: string }>('restoreTenant', order, at.operator);
      await follow();
      return tenant;
    },
    /** Olga, as if she were in another tenant. */
    within: (tenant: string): Actor => ({ ...at.olga, tenant }),
  };
};
