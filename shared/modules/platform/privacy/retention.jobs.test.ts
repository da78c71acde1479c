import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMerging } from '#test/support/merging';
import { partyModules } from '#test/support/parties';
import { rosa, textInTable } from '#test/support/traces';

const tenanted = withTenantTable();
let domain: Domain;
const { run, follow } = openMerging(() => domain);
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});
const wholeTable = (): Promise<string> => textInTable(tenanted, tenanted.tenant);

describe('retention', () => {
  it('runs by itself once a day and does what its preview counted', async () => {
    const old = await run('createContact', rosa);
    domain.clock.set('2027-02-01T15:00:00.000Z');
    const fresh = await run('createContact', { firstName: 'Nueva', lastName: 'Persona' });
    await domain.settle();
    const rule = await run('createRetentionRule', { recordType: 'Contact', days: 30, action: 'ERASE' });
    expect(await run('previewRetention', { id: rule.id })).toMatchObject({ expired: 1 });
    domain.clock.set('2027-02-02T14:59:00.000Z');
    await domain.advanceTo('2027-02-02T15:01:00.000Z');
    await follow();
    const rows = await domain.reader().records([old.id, fresh.id]);
    expect([...rows.keys()]).toEqual([fresh.id]);
    expect(await wholeTable()).not.toContain(rosa.email);
  });

  it('archives where it is told so, and refuses unknown kinds', async () => {
    const { id } = await run('createContact', rosa);
    domain.clock.set('2027-02-01T15:00:00.000Z');
    const rule = await run('createRetentionRule', { recordType: 'Contact', days: 30, action: 'ARCHIVE' });
    await run('runRetentionRule', { id: rule.id });
    await follow();
    expect((await domain.reader().records([id])).get(id)?.archivedAt).toBeDefined();
    expect(await failure(run('createRetentionRule', { recordType: 'Nothing', days: 3, action: 'ARCHIVE' }))).toBe(
      'BAD_INPUT',
    );
  });
});
