import type { Ports, Position } from '#kernel';

const tenantDirectory = 'system#tenants';

/** Notes a tenant in the directory, by which the product finds all tenants for its daily work. */
export const listTenant = ({ table }: Pick<Ports, 'table'>, tenant: string): Promise<void> =>
  table.write({ kind: 'put', item: { pk: tenantDirectory, sk: tenant } });

/** A page of the directory: ids of tenants, in order. */
export const tenantIds = async (
  { table }: Pick<Ports, 'table'>,
  first: number,
  after: string | undefined,
): Promise<readonly string[]> => {
  const { items } = await table.query({
    pk: tenantDirectory,
    limit: first,
    ...(after !== undefined && { after: { pk: tenantDirectory, sk: after } }),
  });
  return items.map(({ sk }) => sk);
};

/** All of them, for daily work. */
export const everyTenant = async ({ table }: Pick<Ports, 'table'>): Promise<readonly string[]> => {
  const found: string[] = [];
  let after: Position | undefined;
  do {
    const page = await table.query({ pk: tenantDirectory, ...(after && { after }) });
    found.push(...page.items.map(({ sk }) => sk));
    after = page.next;
  } while (after);
  return found;
};
