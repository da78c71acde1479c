import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import { modules } from '#modules';
import { Activity } from '#modules/engagement/activities';
import { Account } from '#modules/parties/accounts';
import { authenticate, operatorKey } from '#modules/platform/identity';
import { Opportunity } from '#modules/sales/opportunities';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';

const tenanted = withTenantTable();
let domain: Domain;
const signIn = async (token: string): Promise<Actor> => {
  const actor = await authenticate(domain.runtime, { authorization: `Bearer ${token}` });
  if (!actor) throw new Error('Nobody.');
  return actor;
};
const begin = async (country: string): Promise<Actor> => {
  const ownerEmail = `${country.toLowerCase()}@${tenanted.tenant}.test`;
  await domain.run(
    'createTrialTenant',
    { name: 'Acme', ownerName: 'Olga', ownerEmail, country },
    await signIn(await operatorKey(domain.runtime)),
  );
  await domain.settle();
  return signIn(ownerEmail);
};

beforeEach(() => {
  domain = startDomain({ modules, table: tenanted.table, tenant: 'nobody' });
});

describe('the samples of a trial', () => {
  it('are customers with business in every phase, all the owner’s, in the language and money of the tenant', async () => {
    const olga = await begin('EC');
    const { data } = domain.reader(olga);
    const accounts = (await data(Account).list({ first: 50 })).rows;
    expect(accounts.map(({ name }) => name).sort()).toEqual([
      'Agrícola Los Andes',
      'Cooperativa El Sembrador',
      'Flores del Valle',
      'Hotel Mirador',
    ]);
    expect(accounts.every(({ ownerId, tags }) => ownerId === olga.userId && tags?.includes('sample'))).toBe(true);
    const opportunities = (await data(Opportunity).list({ first: 50 })).rows;
    expect(
      opportunities
        .map(({ stage, amount, name }) => `${stage} ${name} ${String(amount?.minor)} ${amount?.currency ?? ''}`)
        .sort(),
    ).toEqual([
      'DECISION Riego de jardines 340000 USD',
      'PROPOSAL Dos invernaderos 1250000 USD',
      'PROSPECTING Riego para 10 hectáreas 960000 USD',
      'WON Bombas para los socios 720000 USD',
    ]);
    expect((await data(Activity).list({ first: 50 })).rows).toHaveLength(4);
  });

  it('speak English where the tenant does', async () => {
    const olga = await begin('US');
    const { rows } = await domain.reader(olga).data(Opportunity).list({ first: 50 });
    expect(rows.map(({ name }) => name)).toContain('Two greenhouses');
  });
});
