import { choice, dateTime, defaulted, integer, list, object, optional, query, text } from '#kernel';
import { rowKey } from '#kernel/rows';
import { assertOperator } from '#modules/platform/identity';
import type { TenantRow } from '#modules/platform/settings';
import { tenantIds } from './tenant-directory.operations.ts';

const listedFields = {
  tenant: text({ max: 40, describes: 'Its id.' }),
  name: text({ describes: 'What people call it.' }),
  status: choice(['TRIAL', 'ENDED', 'ACTIVE', 'SUSPENDED'], {
    named: 'TenantStatus',
    describes: 'Where it is in its life.',
  }),
  country: text({ max: 2, describes: 'ISO 3166-1 alpha-2.' }),
  createdAt: dateTime({ describes: 'Since when it is there.' }),
  trialEndsAt: optional(dateTime({ describes: 'When its trial ends or has ended.' })),
};

export const allTenants = query('allTenants', {
  describes: 'The tenants of this deployment, by id. For the operator.',
  needs: 'tenant.convert',
  input: {
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many.' }), 50),
    after: optional(text({ max: 40, describes: 'The id that the page before ended with.' })),
  },
  returns: { tenants: list(object('ListedTenant', listedFields), { max: 100, describes: 'By id.' }) },
  async run({ first, after }, { actor, ports }) {
    assertOperator({ actor });
    const ids = await tenantIds(ports, first, after);
    const rows = await ports.table.batchGet(ids.map((id) => rowKey(id, id)));
    const byId = new Map(rows.map((row) => [String(row['id']), row as unknown as TenantRow]));
    return { tenants: ids.flatMap((id) => listed(byId.get(id))) };
  },
});

const listed = (row: TenantRow | undefined) => {
  if (!row) return [];
  const { id, name, status, country, createdAt, trialEndsAt } = row;
  return [{ tenant: id, name, status, country, createdAt, ...(trialEndsAt !== undefined && { trialEndsAt }) }];
};
