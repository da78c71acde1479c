import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { Contact } from '#modules/parties/contacts';
import { Job } from '#modules/platform/jobs';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { openMerging, type Merged } from '#test/support/merging';
import { partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { Merge } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
const { run, usualType, contact, merge, follow, pair } = openMerging(() => domain);
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = ''] = await makePeople(domain, ['Ana']);
});

describe('a merge', () => {
  it('gives the survivor what it lacked, joins lists, lets the strictest consent win, frees unique values', async () => {
    const { stays, goes } = await pair();
    const { survivor, merge: done } = await merge(stays.id, goes.id);
    expect(survivor).toMatchObject({
      firstName: 'Ana',
      birthday: '1980-01-01',
      jobTitle: 'Gerente general',
      email: 'ana@a.ec',
      consents: [{ channel: 'EMAIL', granted: false }],
      externalIds: [{ system: 'erp', id: '77' }],
      mergedFrom: [goes.id],
    });
    expect((survivor['emails'] as { address: string }[]).map(({ address }) => address)).toEqual([
      'ana@a.ec',
      'anna@b.ec',
    ]);
    expect(done).toMatchObject({ survivor: stays.id, loser: goes.id, type: 'Contact', status: 'MERGED' });
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['contact.updated', 'contact.merged', 'recordMerge.created']),
    );
    expect(await contact(goes.id)).toMatchObject({ mergedInto: stays.id });
    const found = await domain.reader().data(Contact).findUnique('externalIds', 'erp:77');
    expect(found?.id).toBe(stays.id);
  });

  it('takes the values that were chosen', async () => {
    const { stays, goes } = await pair();
    const choices = [
      { field: 'firstName', rule: 'LOSER' },
      { field: 'jobTitle', rule: 'SURVIVOR' },
      { field: 'emails', rule: 'SURVIVOR' },
    ];
    const preview = await run<{ fields: { field: string; to: unknown }[] }>('previewMerge', {
      survivor: stays.id,
      loser: goes.id,
      choices,
    });
    expect(preview.fields.map(({ field }) => field).sort()).toEqual([
      'birthday',
      'consents',
      'externalIds',
      'firstName',
    ]);
    const { survivor } = await merge(stays.id, goes.id, { choices });
    expect(survivor).toMatchObject({ firstName: 'Anna', name: 'Anna Vera', email: 'ana@a.ec' });
    expect(survivor['jobTitle']).toBeUndefined();
  });

  it('lets everything follow that refers to the loser, archived things too, and its timeline', async () => {
    const { stays, goes, visit, file } = await pair();
    await merge(stays.id, goes.id);
    await follow();
    const reader = domain.reader();
    expect((await reader.data(Activity).get(visit.id)).contact).toBe(stays.id);
    expect((await reader.records([file.id])).get(file.id)?.['record']).toBe(stays.id);
    const told = await run<{ entries: { type: string; record: AnyRow }[] }>('timeline', {
      record: stays.id,
      first: 100,
    });
    expect(told.entries.some(({ type, record }) => type === 'contact.created' && record.id === goes.id)).toBe(true);
    expect(await failure(run('updateContact', { id: goes.id, version: 2, jobTitle: 'x' }))).toBe('ARCHIVED');
  });

  it('goes on after a crash in the middle of moving, and does nothing twice', async () => {
    const { stays, goes } = await pair();
    const type = await usualType();
    const made: string[] = [];
    for (let count = 0; count < 30; count += 1)
      made.push((await run('createActivity', { subject: `Llamada ${String(count)}`, contact: goes.id, ...type })).id);
    await domain.settle();
    const { merge: done } = await merge(stays.id, goes.id);
    await domain.settle();
    const crashing = domain.runtime.ports.table;
    let left = 2;
    const flaky = {
      ...domain.runtime,
      ports: {
        ...domain.runtime.ports,
        table: {
          ...crashing,
          transact: (writes: Parameters<typeof crashing.transact>[0]) => {
            left -= 1;
            if (left < 0) throw new Error('The process was killed.');
            return crashing.transact(writes);
          },
        },
      },
    };
    await expect(workOff({ ...domain, runtime: flaky })).rejects.toThrow('killed');
    domain.sent.push({ queue: 'jobs', message: { body: { tenant: tenanted.tenant, job: done.job } } });
    domain.clock.advance(200_000);
    await workOff(domain);
    const activities = await domain.reader().data(Activity).getMany(made);
    expect(new Set([...activities.values()].map((each) => each.contact))).toEqual(new Set([stays.id]));
    expect(Math.max(...[...activities.values()].map(({ version }) => version))).toBe(2);
    expect(
      (
        await domain
          .reader()
          .data(Job)
          .get(done.job ?? '')
      ).status,
    ).toBe('COMPLETED');
  });

  it('is done once for one idempotency key', async () => {
    const { stays, goes } = await pair();
    const given = { survivor: stays.id, loser: goes.id };
    const first = await run<Merged>('mergeRecords', given, domain.actor(), 'once');
    const again = await run<Merged>('mergeRecords', given, domain.actor(), 'once');
    expect(again.merge.id).toBe(first.merge.id);
    expect((await domain.reader().data(Merge).list({ first: 10 })).rows).toHaveLength(1);
  });

  it('writes nothing when it is refused', async () => {
    const { stays, goes, account } = await pair();
    expect(await failure(merge(stays.id, account.id))).toBe('NOT_COMPARABLE');
    expect(await failure(merge(stays.id, goes.id, { loserVersion: 9 }))).toBe('STALE_VERSION');
    expect(await failure(merge(stays.id, goes.id, { choices: [{ field: 'name', rule: 'LOSER' }] }))).toBe('BAD_INPUT');
    const seller = person(domain, ana);
    expect(await failure(run('mergeRecords', { survivor: stays.id, loser: goes.id }, seller))).toBe('FORBIDDEN');
    expect(await contact(goes.id)).toMatchObject({ version: 1 });
    await merge(stays.id, goes.id);
    expect(await failure(merge(stays.id, goes.id))).toBe('ARCHIVED');
  });

  it('of accounts hands on the tax number and does not let an account belong to itself', async () => {
    const stays = await run('createAccount', { name: 'Molinos del Valle' });
    const goes = await run('createAccount', { name: 'Molinos', taxId: '1790016919001', parent: stays.id });
    const { survivor } = await merge(stays.id, goes.id);
    expect(survivor).toMatchObject({ taxId: '1790016919001' });
    expect(survivor['parent']).toBeUndefined();
    expect(await failure(run('createAccount', { name: 'Otra', taxId: '1790016919001' }))).toBe('NOT_UNIQUE');
  });
});
