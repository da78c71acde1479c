import type { Ports } from '#kernel';

/** Where a person of an issuer belongs: a tenant, and the user that the person is there. */
export type Membership = { readonly tenant: string; readonly user: string };

/** The directory lies outside of tenants, because a token does not say to which tenant it belongs. */
const partitionOf = (issuer: string, subject: string): string => `system#member#${issuer}#${subject}`;

/** Notes that a person of an issuer is this user of this tenant. */
export const addMembership = (
  { table }: Pick<Ports, 'table'>,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
  { tenant, user }: Membership,
): Promise<void> => table.write({ kind: 'put', item: { pk: partitionOf(issuer, subject), sk: tenant, user } });

/** The tenants that a person of an issuer belongs to. */
export const membershipsOf = async (
  { table }: Pick<Ports, 'table'>,
  issuer: string,
  subject: string,
): Promise<readonly Membership[]> => {
  const { items } = await table.query({ pk: partitionOf(issuer, subject), consistent: true });
  return items.map((item) => ({ tenant: item.sk, user: String(item['user']) }));
};
