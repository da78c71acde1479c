import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import { rowKey } from '#kernel/rows';
import { Tenant } from '#modules/platform/settings';
import { openBackups } from '#test/support/backups';
import type { Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { refusal } from '#test/support/sign-in';

const tenanted = withTenantTable();
const { found, source, mail, signIn, live, backUp, restore } = openBackups(tenanted);
let domain: Domain;
let operator: Actor;
let olga: Actor;
beforeEach(async () => {
  ({ domain, operator, olga } = await found());
});

describe('a restored copy', () => {
  it('lets nobody in and fires no timer, but the operator may let an owner in', async () => {
    const { sent, key } = await live();
    const tenant = await restore(await backUp(), { name: 'Copy of Acme' });
    expect(await refusal(signIn(mail('ana'), { 'x-lazo-tenant': tenant }))).toBe(
      'You do not belong to the tenant that x-lazo-tenant names.',
    );
    expect(await refusal(signIn(key))).toBe('accepted');
    await domain.advanceTo('2026-11-22T15:10:00.000Z');
    expect(await tenanted.table.get(rowKey(tenant, sent.id))).not.toHaveProperty('duepk');
    await domain.run('inviteOwner', { tenant, name: 'Otto', email: mail('otto') }, operator);
    const otto = await signIn(mail('otto'));
    expect(await domain.reader(otto).data(Tenant).get(tenant)).toMatchObject({
      name: 'Copy of Acme',
      restoredFrom: `${source()}/backups/${otto.tenant === tenant ? (await backupsOf())[0] : ''}`,
    });
  });

  it('takes the place of the old one when it admits', async () => {
    const { sent } = await live();
    const tenant = await restore(await backUp(), { admits: true });
    expect(await signIn(mail('ana'), { 'x-lazo-tenant': tenant })).toMatchObject({ tenant });
    expect(await tenanted.table.get(rowKey(tenant, sent.id))).toHaveProperty('duepk');
  });

  const backupsOf = async (as = olga): Promise<readonly string[]> =>
    (await domain.run<{ backups: readonly { readonly backup: string }[] }>('backups', {}, as)).backups.map(
      ({ backup }) => backup,
    );
});
