// From rows to events: what the stream brings, and what it lost.
import type { AnyRow, DomainEvent, Item, Ports } from '#kernel';
import { recordChanges, type RowChange } from '#kernel/event-log';
import { feedEnd, feedStart, readFeed, readHistory } from '#kernel/feed';
import { rowKey } from '#kernel/rows';
import { modules } from '#modules';
import { listTenant } from '#modules/platform/tenants';
import { reconcile } from '#modules/platform/upkeep';
import type { Place, Rig } from './asynchronous-paths.ts';
import { startDomain, type Domain } from './domain.ts';
import { exampleModules } from './example.ts';
import { peopleForTests } from './people.ts';
import { storingTenant } from './tenant.ts';

/** All modules, and what stores people and a tenant. */
export const everything = [...modules, peopleForTests, storingTenant];

/** A bus that keeps what it is told until a test hands it on, and a scheduler that notes its minutes. */
export const holding = () => {
  const events: DomainEvent[] = [];
  const minutes = new Set<string>();
  const ports: Pick<Ports, 'bus' | 'scheduler'> = {
    bus: {
      publish: (entries) => {
        events.push(...entries.map(({ detail }) => detail as DomainEvent));
        return Promise.resolve([]);
      },
    },
    scheduler: { wakeAt: (minute) => Promise.resolve(void minutes.add(minute)) },
  };
  return { events, minutes, ports };
};

/** Handled, but for those that failed. @throws the first cause */
export const failingOnes = async (failed: Promise<ReadonlyMap<unknown, unknown>>): Promise<void> => {
  for (const cause of (await failed).values()) throw cause;
};

/** What log, feed and bus say of records: each version once, in order, the feed without a gap. */
const toldOf = async (
  { table, tenant }: Pick<Place, 'table' | 'tenant'>,
  records: readonly string[],
  events: readonly DomainEvent[],
) => {
  const logs = await Promise.all(records.map((id) => readHistory(table, tenant, id, { limit: 10 })));
  const feed = await readFeed(table, tenant, feedStart, 1000);
  return {
    log: logs.map((log) => log.map(({ record }) => record.version).toReversed()),
    bus: records.map((id) => [
      ...new Set(events.filter(({ record }) => record.id === id).map(({ record }) => record.version)),
    ]),
    isDense: JSON.stringify(feed.position) === JSON.stringify(await feedEnd(table, tenant)),
  };
};

/** How many records there are of a kind for which a filter holds. */
export const countOf = async (domain: Domain, entity: string, where: Readonly<Record<string, unknown>>) =>
  (await domain.reader().trusted(domain.registry.entity(entity)).list({ where, first: 100 })).rows.length;

const changed = (domain: Domain, { id, version }: AnyRow, name: string) =>
  domain.run<AnyRow>('updateAccount', { id, version, name });

/** Rows -> log, feed, bus, and the minutes in which something is due. */
export const recording = ({ table, tenant }: Place): Rig => {
  const { events, minutes, ports } = holding();
  const domain = startDomain({ modules: everything, table, tenant, ports });
  const itemOf = (id: string) => table.get(rowKey(tenant, id), { consistent: true }) as Promise<Item>;
  return {
    domain,
    occasion: async (nth) => {
      const account = await domain.run<AnyRow>('createAccount', { name: `Cliente ${String(nth)}` });
      const before = await itemOf(account.id);
      await changed(domain, account, 'Otro');
      const sendAt = new Date(Date.parse('2026-12-01T15:00:00.000Z') + nth * 60_000).toISOString();
      const mail = await domain.run<AnyRow>('sendMail', { to: ['ana@x.test'], subject: 'x', body: 'y', sendAt });
      const after = await itemOf(account.id);
      const batch: RowChange[] = [{ after: before }, { before, after }, { after: await itemOf(mail.id) }];
      return {
        deliver: () => failingOnes(recordChanges({ ...domain.runtime.ports, ...domain.runtime }, batch)),
        outcome: async () => ({
          ...(await toldOf({ table, tenant }, [account.id, mail.id], events)),
          isWoken: minutes.has(`${sendAt.slice(0, 16)}:00.000Z`),
        }),
      };
    },
    allowed: [{ log: [[1, 2], [1]], bus: [[1, 2], [1]], isDense: true, isWoken: true }],
  };
};

/** What the stream lost -> found by comparing, and told. */
export const reconciling = async ({ table, tenant }: Place): Promise<Rig> => {
  const { events, ports } = holding();
  const domain = startDomain({ modules: exampleModules, table, tenant, ports });
  await listTenant({ table }, tenant);
  return {
    domain,
    occasion: async (nth) => {
      const customer = await domain.run<AnyRow>('createCustomer', { name: `Cliente ${String(nth)}` });
      domain.clock.advance(2 * 3_600_000);
      return {
        deliver: () => reconcile(domain.runtime),
        outcome: () => toldOf({ table, tenant }, [customer.id], events),
      };
    },
    allowed: [{ log: [[1]], bus: [[1]], isDense: true }],
  };
};
