import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { stages, startGoverning, type Governing } from '#test/support/governing';

const tenanted = withTenantTable();
let domain: Governing['domain'];
let people: Governing['people'];
let pipeline: Governing['pipeline'];
let as: Governing['as'];
let ana: Governing['ana'];
let govern: Governing['govern'];
let setting: Governing['setting'];
let change: Governing['change'];
beforeEach(async () => {
  ({ domain, people, pipeline, as, ana, govern, setting, change } = await startGoverning(tenanted));
});

describe('changes', () => {
  it('are versions: who, when, from, to; and an earlier one comes back, also what was changed past this door', async () => {
    const renamed = stages.map((each) =>
      each.key === 'NEW' ? { ...each, labels: { es: 'Nuevo', en: 'Fresh' } } : each,
    );
    domain.clock.advance(1000);
    await domain.run('updatePipeline', { id: pipeline.id, version: 1, stages: renamed });
    domain.clock.advance(1000);
    await domain.settle();
    const named = { kind: 'PIPELINE', key: pipeline.id };
    type Versions = { versions: { at: string; from?: object; to?: { stages: { labels: object }[] } }[] };
    const { versions } = await domain.run<Versions>('settingVersions', named);
    expect(versions.map(({ to }) => to?.stages[0]?.labels)).toEqual([
      { es: 'Nuevo', en: 'Fresh' },
      { es: 'NEW', en: 'NEW' },
    ]);
    expect(versions[0]?.from).toEqual(versions[1]?.to);
    await domain.run('restoreSetting', { ...named, at: versions[1]?.at });
    expect((await setting('PIPELINE', pipeline.id)).values).toEqual(versions[1]?.to);
    expect(await failure(domain.run('restoreSetting', { ...named, at: '2020-01-01T00:00:00Z' }))).toBe(
      'NO_SUCH_VERSION',
    );
  });

  it('of a list are versions of all its entries, and its whole content comes back', async () => {
    const write = (...keys: string[]) => {
      domain.clock.advance(1000);
      const entries = keys.map((key) => ({ key, labels: { es: key, en: key } }));
      return change({ kind: 'LIST', key: 'SOURCE', values: { closed: true, entries } });
    };
    await write('fair', 'web');
    await domain.settle();
    const before = await setting('LIST', 'SOURCE');
    const then = domain.clock.now().toISOString();
    await write('web', 'radio');
    await domain.settle();
    expect((await setting('LIST', 'SOURCE')).values).toMatchObject({ entries: [{ key: 'web' }, { key: 'radio' }] });
    domain.clock.advance(1000);
    await domain.run('restoreSetting', { kind: 'LIST', key: 'SOURCE', at: then });
    await domain.settle();
    expect(await setting('LIST', 'SOURCE')).toMatchObject({ values: before.values, version: before.version });
  });

  it('count once who must agree has agreed, and are refused past them', async () => {
    const steps = [{ by: 'PERSON', user: people.boss.id }];
    await domain.run('createApprovalPolicy', { name: 'Settings', kind: 'settings', steps });
    await govern('PIPELINE', { openTo: 'USERS', approval: 'settings' });
    expect(await failure(domain.run('updatePipeline', { id: pipeline.id, version: 1, stages }))).toBe(
      'APPROVAL_NEEDED',
    );
    const values = { stages: [{ key: 'NEW', labels: { es: 'Inicio', en: 'Start' } }] };
    const mine = { kind: 'PIPELINE', key: pipeline.id, user: people.ana.id, values, reason: 'Clearer.' };
    const { proposal } = await change(mine, ana());
    expect(await failure(change(mine, ana()))).toBe('NOT_UNIQUE');
    await domain.settle();
    expect((await setting('PIPELINE', pipeline.id, ana())).values).toMatchObject({
      stages: [{ labels: { en: 'NEW' } }, {}, {}, {}],
    });
    await domain.run('approve', { id: proposal?.['approval'] }, as(people.boss, 'administrator'));
    await domain.settle();
    expect((await setting('PIPELINE', pipeline.id, ana())).values).toMatchObject({
      stages: [{ labels: { en: 'Start' } }, {}, {}, {}],
    });
    type Versions = { versions: { user?: AnyRow; proposal?: AnyRow }[] };
    const { versions } = await domain.run<Versions>('settingVersions', {
      kind: 'PIPELINE',
      key: pipeline.id,
      user: people.ana.id,
    });
    expect(versions).toMatchObject([
      { user: { id: people.ana.id }, proposal: { id: proposal?.id, status: 'APPLIED' } },
    ]);
  });

  it('that were refused, or made on other values, are not applied', async () => {
    const steps = [{ by: 'PERSON', user: people.boss.id }];
    await domain.run('createApprovalPolicy', { name: 'Settings', kind: 'settings', steps });
    await govern('TENANT', { key: 'legalName', approval: 'settings' });
    const boss = as(people.boss, 'administrator');
    const propose = (legalName: string) => change({ kind: 'TENANT', key: 'legalName', values: { legalName } });
    const first = (await propose('Acme S.A.')).proposal;
    await domain.settle();
    await domain.run('reject', { id: first?.['approval'], comment: 'No.' }, boss);
    await domain.settle();
    expect(await domain.reader().records([first?.id ?? ''])).toEqual(
      new Map([[first?.id, expect.objectContaining({ status: 'REJECTED' })]]),
    );
    const second = (await propose('Acme C.A.')).proposal;
    const other = domain.registry.operations.get('updateTenant');
    expect(other?.fails).toContain('APPROVAL_NEEDED');
    expect((await setting('TENANT', 'legalName')).values).toEqual({});
    await domain.settle();
    await domain.run('approve', { id: second?.['approval'] }, boss);
    await domain.settle();
    expect((await setting('TENANT', 'legalName')).values).toEqual({ legalName: 'Acme C.A.' });
  });
});
