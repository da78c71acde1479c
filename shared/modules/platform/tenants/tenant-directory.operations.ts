import type { Ports } from '#kernel';
import { tenantDirectory } from '#kernel/reconcile';

/** Notes a tenant in the directory, by which the product finds all tenants for its daily work. */
export const listTenant = ({ table }: Pick<Ports, 'table'>, tenant: string): Promise<void> =>
  table.write({ kind: 'put', item: { pk: tenantDirectory, sk: tenant } });
