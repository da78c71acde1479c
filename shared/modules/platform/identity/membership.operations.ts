import type { Ports } from '#kernel';
import { ConditionFailed } from '#kernel/table';
import type { UserRow } from '#modules/platform/users';

/** Where a person of an issuer belongs: a tenant, and the user that the person is there. */
export type Membership = { readonly tenant: string; readonly user: string };

type Outside = Pick<Ports, 'table'>;
type Person = Pick<UserRow, 'id' | 'version' | 'issuer' | 'subject' | 'status'>;

/** The directory lies outside of tenants, because a token does not say to which tenant it belongs. */
const partitionOf = (issuer: string, subject: string): string => `system#member#${issuer}#${subject}`;

/**
 * Brings the directory in step with a user: who is deactivated belongs no more. A function of the row; what an older
 * version of it says later changes nothing.
 */
export const keepMembership = async ({ table }: Outside, tenant: string, person: Person): Promise<void> => {
  const { id, version, issuer, subject, status } = person;
  if (issuer === undefined || subject === undefined) return;
  const item = {
    pk: partitionOf(issuer, subject),
    sk: tenant,
    user: id,
    of: version,
    isMember: status !== 'DEACTIVATED',
  };
  const condition = {
    text: 'attribute_not_exists(pk) OR #of <= :of',
    names: { '#of': 'of' },
    values: { ':of': version },
  };
  try {
    await table.write({ kind: 'put', item, condition });
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
};

/** The tenants that a person of an issuer belongs to. */
export const membershipsOf = async (
  { table }: Outside,
  issuer: string,
  subject: string,
): Promise<readonly Membership[]> => {
  const { items } = await table.query({ pk: partitionOf(issuer, subject), consistent: true });
  return items
    .filter((item) => item['isMember'] === true)
    .map((item) => ({ tenant: item.sk, user: String(item['user']) }));
};
