import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMerging } from '#test/support/merging';
import { partyModules } from '#test/support/parties';
import { DuplicateCandidate } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
const { run, usualType, contact, merge, follow, pair } = openMerging(() => domain);
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

describe('parting', () => {
  it('brings both back, with later edits on the right one', async () => {
    const { stays, goes, visit } = await pair();
    const { merge: done } = await merge(stays.id, goes.id);
    await follow();
    const merged = await contact(stays.id);
    const emails = (merged['emails'] as { address: string }[]).map((entry) =>
      entry.address === 'anna@b.ec' ? { ...entry, label: 'personal' } : entry,
    );
    const edited = { birthday: '1980-01-02', firstName: 'Ana Lucía', emails: [...emails, { address: 'nueva@a.ec' }] };
    await run('updateContact', { id: stays.id, version: merged.version, ...edited });
    const later = await run('createActivity', { subject: 'Después', contact: stays.id, ...(await usualType()) });
    await domain.settle();
    await run('partRecords', { id: done.id });
    await follow();
    const [kept, back] = [await contact(stays.id), await contact(goes.id)];
    expect(kept).toMatchObject({ firstName: 'Ana Lucía', consents: [{ granted: true }] });
    expect(kept['birthday']).toBeUndefined();
    expect((kept['emails'] as { address: string }[]).map(({ address }) => address)).toEqual(['ana@a.ec', 'nueva@a.ec']);
    expect(back).toMatchObject({
      firstName: 'Anna',
      birthday: '1980-01-02',
      jobTitle: 'Gerente general',
      email: 'anna@b.ec',
    });
    expect(back).toMatchObject({
      emails: [{ address: 'anna@b.ec', label: 'personal', primary: true }],
      externalIds: [{ id: '77' }],
    });
    expect(back.archivedAt ?? back['mergedInto']).toBeUndefined();
    const activities = await domain.reader().data(Activity).getMany([visit.id, later.id]);
    expect(activities.get(visit.id)?.contact).toBe(goes.id);
    expect(activities.get(later.id)?.contact).toBe(stays.id);
    const told = await run<{ entries: { record: AnyRow }[] }>('timeline', { record: stays.id, first: 100 });
    expect(told.entries.some(({ record }) => record.id === goes.id)).toBe(false);
    const [candidate] = (await domain.reader().data(DuplicateCandidate).list({ first: 5 })).rows;
    expect(candidate?.status).toBe('DISTINCT');
  });

  it('is refused while things still move, after thirty days, twice, and below a further merge', async () => {
    const { stays, goes } = await pair();
    const { merge: done } = await merge(stays.id, goes.id);
    expect(await failure(run('partRecords', { id: done.id }))).toBe('MERGE_AT_WORK');
    await follow();
    const third = await run('createContact', { firstName: 'Ana', lastName: 'Vera' });
    const { merge: above } = await merge(third.id, stays.id);
    await follow();
    expect(await failure(run('partRecords', { id: done.id }))).toBe('MERGED_AGAIN');
    await run('partRecords', { id: above.id });
    await follow();
    expect(await failure(run('partRecords', { id: above.id }))).toBe('INVALID_STATE');
    domain.clock.set('2026-12-30T00:00:00.000Z');
    expect(await failure(run('partRecords', { id: done.id }))).toBe('TOO_LATE');
  });
});
