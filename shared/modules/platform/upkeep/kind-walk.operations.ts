// Walking through all records of a kind in a tenant, archived ones too, by its key of slot 3; never a scan.
import type { AnyEntity, Expression, Item, KeySpec, Table } from '#kernel';
import { kindPartition } from '#kernel/rows';

/** The partitions in which the records of a kind lie. @throws when the kind declares no key of slot 3: nothing would find its records */
const partitionsOf = (tenant: string, of: AnyEntity): readonly string[] => {
  const key = Object.values<KeySpec>(of.keys).find((spec) => 'gsi' in spec && spec.gsi === 3);
  if (!key) throw new Error(`${of.name} needs a key of slot 3, such as \`all: { gsi: 3, sort: 'createdAt' }\`.`);
  const shards = Array.from({ length: 'shards' in key ? (key.shards ?? 1) : 1 }, (_, shard) => String(shard));
  return [...shards, 'archived'].map((shard) => kindPartition(of, tenant, shard));
};

/** Pages of the rows of a kind. */
export async function* pagesOfKind(
  table: Table,
  tenant: string,
  of: AnyEntity,
  filter: Expression,
): AsyncGenerator<readonly Item[]> {
  for (const pk of partitionsOf(tenant, of)) {
    let page = await table.query({ index: 'gsi3', pk, filter });
    yield page.items;
    while (page.next) {
      page = await table.query({ index: 'gsi3', pk, filter, after: page.next });
      yield page.items;
    }
  }
}
