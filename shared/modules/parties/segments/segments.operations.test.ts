import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partyModules } from '#test/support/parties';

const tenanted = withTenantTable();
let domain: Domain;

const run = <Answer = AnyRow>(name: string, input: object) =>
  domain.run<Answer>(name, input as Readonly<Record<string, unknown>>);
const settled = async () => {
  await domain.settle();
  await workOff(domain);
};
const members = async (segment: string): Promise<readonly string[]> => {
  const { rows } = await domain
    .reader()
    .data(domain.registry.entity('SegmentMember'))
    .page('bySegment', { of: segment, first: 100 });
  return rows.map((row) => String(row['subject']));
};

describe('segments', () => {
  beforeAll(() => {
    domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  });

  it('smoke', async () => {
    const acme = await run('createAccount', { name: 'Acme', sector: 'PHARMA' });
    const other = await run('createAccount', { name: 'Other', sector: 'FOOD' });
    const segment = await run('createSegment', {
      name: 'Pharma',
      recordType: 'Account',
      where: { sector: { eq: 'PHARMA' } },
    });
    const quiet = await run('createSegment', {
      name: 'Quiet',
      recordType: 'Account',
      where: { not: { createdAt: { withinDays: 1 } } },
    });
    await settled();
    expect(await members(segment.id)).toEqual([acme.id]);
    expect(await members(quiet.id)).toEqual([]);
    await run('updateAccount', { id: other.id, version: 1, sector: 'PHARMA' });
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toEqual(['account.updated', 'segmentMember.entered']);
    expect(
      await failure(run('createSegment', { name: 'x', recordType: 'Account', where: { nonsense: { eq: 1 } } })),
    ).toBe('BAD_INPUT');
    await domain.advanceTo('2026-11-23T15:01:00.000Z');
    await settled();
    expect(new Set(await members(quiet.id))).toEqual(new Set([acme.id, other.id]));
  });
});
