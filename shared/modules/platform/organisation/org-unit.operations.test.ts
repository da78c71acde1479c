import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { tenantModules } from '#test/support/tenant';
import { organisationOf } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: [...tenantModules, peopleForTests], table: tenanted.table, tenant: tenanted.tenant });
});

const add = (name: string, level: string, parent?: AnyRow, options?: { idempotencyKey: string }): Promise<AnyRow> =>
  domain.run<AnyRow>('createOrgUnit', { name, level, ...(parent && { parent: parent.id }) }, undefined, options);
const move = (unit: AnyRow, changes: object): Promise<AnyRow> =>
  domain.run<AnyRow>('updateOrgUnit', { id: unit.id, version: unit.version, ...changes });

const acme = async () => {
  const company = await add('Acme', 'COMPANY');
  const quito = await add('Quito', 'BRANCH', company);
  const sales = await add('Sales', 'MANAGEMENT', quito);
  return { company, quito, sales };
};

describe('the organisation', () => {
  it('is a tree, parents before their children, by name', async () => {
    const { company, quito } = await acme();
    await add('Guayaquil', 'BRANCH', company);
    const units = async (root?: string) =>
      (await organisationOf(domain.reader(), root)).map(({ unit, depth }) => `${'-'.repeat(depth)}${unit.name}`);
    expect(await units()).toEqual(['Acme', '-Guayaquil', '-Quito', '--Sales']);
    expect(await units(quito.id)).toEqual(['Quito', '-Sales']);
  });

  it('lets no unit stand below itself', async () => {
    const { company, quito, sales } = await acme();
    expect(await failure(move(company, { parent: sales.id }))).toBe('CYCLE');
    expect(await failure(move(quito, { parent: quito.id }))).toBe('CYCLE');
    expect(await move(sales, { parent: company.id })).toMatchObject({ parent: company.id });
  });

  it('keeps the order of levels, upwards and downwards', async () => {
    const { company, quito, sales } = await acme();
    expect(await failure(add('Holding', 'COMPANY', sales))).toBe('WRONG_LEVEL');
    expect(await failure(move(quito, { level: 'BUSINESS' }))).toBe('WRONG_LEVEL');
    expect(await failure(move(company, { level: 'BUSINESS' }))).toBe('WRONG_LEVEL');
    expect(await move(quito, { level: 'MANAGEMENT' })).toMatchObject({ level: 'MANAGEMENT' });
  });

  it('goes twelve units deep and no deeper', async () => {
    let unit = await add('1', 'BUSINESS');
    for (let depth = 2; depth <= 12; depth += 1) unit = await add(String(depth), 'BUSINESS', unit);
    expect(await failure(add('13', 'BUSINESS', unit))).toBe('TOO_DEEP');
  });

  it('keeps units that are in use', async () => {
    const { quito, sales } = await acme();
    const archive = (unit: AnyRow): Promise<unknown> =>
      domain.run('archiveOrgUnit', { id: unit.id, version: unit.version });
    expect(await failure(archive(quito))).toBe('IN_USE');
    const [ana = ''] = await makePeople(domain, ['Ana']);
    await domain.run('updateUser', { id: ana, version: 1, orgUnit: sales.id });
    expect(await failure(archive(sales))).toBe('IN_USE');
    await domain.run('updateUser', { id: ana, version: 2, orgUnit: null });
    expect(await failure(archive(sales))).toBe('nothing failed');
    expect(await failure(add('Later', 'BUSINESS', sales))).toBe('REFERENCE_ARCHIVED');
  });

  it('shares no code, and takes each call once', async () => {
    await domain.run('createOrgUnit', { name: 'Quito', level: 'BRANCH', code: 'UIO' });
    expect(await failure(domain.run('createOrgUnit', { name: 'Quito 2', level: 'BRANCH', code: 'uio' }))).toBe(
      'NOT_UNIQUE',
    );
    const [first, again] = [
      await add('Acme', 'COMPANY', undefined, { idempotencyKey: 'a' }),
      await add('Acme', 'COMPANY', undefined, { idempotencyKey: 'a' }),
    ];
    expect(again.id).toBe(first.id);
  });

  it('is changed by whoever may, in the own tenant', async () => {
    const { quito } = await acme();
    const reader = domain.actor({ rules: { ...domain.actor().rules, entities: { '*': { read: 'all' } } } });
    expect(await failure(domain.run('createOrgUnit', { name: 'X', level: 'BRANCH' }, reader))).toBe('FORBIDDEN');
    const stranger = domain.actor({ tenant: 'other' });
    expect(await failure(domain.run('createOrgUnit', { name: 'X', level: 'BRANCH', parent: quito.id }, stranger))).toBe(
      'REFERENCE_NOT_FOUND',
    );
    expect(await organisationOf(domain.reader(stranger))).toEqual([]);
    expect(await failure(move({ ...quito, version: 9 }, { name: 'X' }))).toBe('STALE_VERSION');
  });
});
