import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { openBackups } from '#test/support/backups';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';

const { found, source, mail, signIn, live, backUp } = openBackups(withTenantTable());
let domain: Domain;
let operator: Actor;
let olga: Actor;
beforeEach(async () => {
  ({ domain, operator, olga } = await found());
});

describe('backups', () => {
  it('are made by owners and the operator, and listed with their size', async () => {
    await live();
    const backup = await backUp(operator, { tenant: source() });
    const { backups } = await domain.run<{ backups: readonly Record<string, unknown>[] }>('backups', {}, olga);
    expect(backups).toMatchObject([{ backup, name: 'Acme', files: 1, bytes: 3 }]);
    expect(Number(backups[0]?.['items'])).toBeGreaterThan(20);
    const job = await domain.reader(operator).data(domain.registry.entity('Job')).get(backup);
    expect(job).toMatchObject({
      status: 'COMPLETED',
      result: { tenant: source(), backup },
    });
  });

  it('are nobody else’s', async () => {
    const ana = await domain.run<AnyRow>(
      'inviteUser',
      { name: 'Ana', email: mail('ana'), roles: ['administrator'] },
      olga,
    );
    const administrator = await signIn(mail('ana'));
    // She is known there: what she lacks is the right.
    expect(administrator).toMatchObject({ tenant: source(), userId: ana.id });
    expect(await failure(domain.run('backupTenant', {}, administrator))).toBe('FORBIDDEN');
    expect(await failure(domain.run('backupTenant', { tenant: 'ten_0000000000000000000000000Z' }, olga))).toBe(
      'FORBIDDEN',
    );
    expect(await failure(domain.run('backups', { tenant: 'ten_0000000000000000000000000Z' }, olga))).toBe('FORBIDDEN');
    expect(
      await failure(domain.run('restoreTenant', { tenant: source(), backup: 'job_00000000000000000000000000' }, olga)),
    ).toBe('FORBIDDEN');
    expect(await failure(domain.run('backupTenant', {}, operator))).toBe('BAD_INPUT');
  });

  it.each([
    ['job_00000000000000000000000000', undefined],
    ['../../other/backups/x', undefined],
    ['job_00000000000000000000000000', '../ten'],
  ])('that are not there cannot be restored: %s', async (backup, tenant) => {
    expect(await failure(domain.run('restoreTenant', { tenant: tenant ?? source(), backup }, operator))).toBe(
      'BACKUP_NOT_FOUND',
    );
  });
});
