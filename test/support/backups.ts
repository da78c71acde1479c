// What lies in a tenant, for tests that make one tenant of another.
import type { Item, Table } from '#kernel';
import { feedStart, readFeed } from '#kernel/feed';
import { ordered } from '#kernel/row-changes';

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
