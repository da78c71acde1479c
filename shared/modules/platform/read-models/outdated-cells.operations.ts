import type { Item, Position, Table, Write } from '#kernel';
import { generationIn, rollupPartition } from '#kernel/rollup-cells';

/** The cells of a partition from before a generation: nobody has a share in them once all records were applied anew. */
export const outdatedCells = async (
  table: Table,
  tenant: string,
  name: string,
  partition: string,
  generation: number,
): Promise<readonly Item[]> => {
  const found: Item[] = [];
  const pk = rollupPartition(tenant, name, partition);
  let after: Position | undefined;
  do {
    const page = await table.query({ pk, consistent: true, ...(after && { after }) });
    found.push(...page.items.filter(({ sk }) => generationIn(sk) < generation));
    after = page.next;
  } while (after);
  return found;
};

/** Removes a cell, unless it has changed since it was read. */
export const cellRemoval = ({ pk, sk, ...amounts }: Item): Write => {
  const names = Object.keys(amounts);
  return {
    kind: 'delete',
    key: { pk, sk },
    condition: {
      text: ['attribute_exists(pk)', ...names.map((_, index) => `#a${String(index)} = :a${String(index)}`)].join(
        ' AND ',
      ),
      names: Object.fromEntries(names.map((name, index) => [`#a${String(index)}`, name])),
      values: Object.fromEntries(names.map((name, index) => [`:a${String(index)}`, amounts[name]])),
    },
  };
};
