import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMerging } from '#test/support/merging';
import { ownRules, partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const tenanted = withTenantTable();
let domain: Domain;
const { run, merge, follow, pair } = openMerging(() => domain);
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

const later = (seconds = 60) => {
  domain.clock.advance(seconds * 1000);
  return domain.clock.now().toISOString();
};
type Past = { readonly record?: AnyRow; readonly version?: number; readonly since?: string };
const past = (record: string, at: string, actor?: Actor) => run<Past>('recordAsOf', { record, at }, actor);
type History = {
  readonly versions: readonly { correlationId: string; operation?: string; client?: string; ip?: string }[];
};

/** An account that was made, changed and archived a minute apart; the moments in between. */
const story = async () => {
  const before = later();
  later();
  const { id } = await run('createAccount', { name: 'Uno', creditLimit: { amount: '10.50', currency: 'USD' } });
  const made = later();
  later();
  await domain.settle();
  await run('updateAccount', { id, version: 1, name: 'Dos', sector: 'wood', creditLimit: null });
  const changed = later();
  later();
  await run('archiveAccount', { id, version: 2 });
  await domain.settle();
  return { id, before, made, changed, now: later() };
};

describe('a record as it was', () => {
  it('has the values of that moment, money and absent ones too', async () => {
    const { id, before, made, changed, now } = await story();
    expect((await past(id, before)).record).toBeUndefined();
    expect(await past(id, made)).toMatchObject({
      version: 1,
      record: { id, name: 'Uno', creditLimit: { minor: 1050, currency: 'USD' } },
    });
    const then = await past(id, changed);
    expect(then.record).toMatchObject({ name: 'Dos', sector: 'wood' });
    expect(then.record?.['creditLimit']).toBeUndefined();
    expect((await past(id, now)).record?.archivedAt).toBeDefined();
  });

  it('is only for those who may see it today, and for no other tenant', async () => {
    const { id, made } = await story();
    const [ben = ''] = await makePeople(domain, ['Ben']);
    expect(await failure(past(id, made, person(domain, ben)))).toBe('NOT_FOUND');
    expect(await failure(past(id, made, domain.actor({ tenant: 'elsewhere' })))).toBe('NOT_FOUND');
    expect(await failure(past('acc_00000000000000000000000000', made))).toBe('NOT_FOUND');
  });

  it('is compared with how it was at another moment', async () => {
    const { id, made, changed } = await story();
    const compared = await run<{ changes: object[]; versions: number }>('compareMoments', {
      record: id,
      from: made,
      to: changed,
    });
    expect(compared).toEqual({
      versions: 1,
      changes: expect.arrayContaining([
        { field: 'name', from: 'Uno', to: 'Dos' },
        { field: 'sector', to: 'wood' },
        { field: 'creditLimit', from: { amount: '10.50', currency: 'USD' } },
      ]) as unknown,
    });
    expect(await failure(run('compareMoments', { record: id, from: changed, to: made }))).toBe('BAD_INPUT');
  });

  it('comes with what belonged to it then', async () => {
    const account = await run('createAccount', { name: 'Molinos' });
    const other = await run('createAccount', { name: 'Puerto' });
    const stays = await run('createContact', { firstName: 'Eva', account: account.id });
    const leaves = await run('createContact', { firstName: 'Ana', account: account.id });
    await domain.settle();
    const then = later();
    later();
    await run('updateContact', { id: leaves.id, version: 1, account: other.id });
    await run('createContact', { firstName: 'Nueva', account: account.id });
    await domain.settle();
    const overview = async (at: string) =>
      (await run<{ related: AnyRow[] }>('overviewAsOf', { record: account.id, at })).related.map(({ id }) => id);
    expect(await overview(then)).toEqual([stays.id, leaves.id]);
    expect(await overview(later())).toHaveLength(2);
  });
});

describe('the history of a record', () => {
  it('tells by what operation and from where', async () => {
    const { id } = await run(
      'createAccount',
      { name: 'Uno' },
      domain.actor({ caller: { client: 'phone 1.2', ip: 'IPv6' } }),
    );
    await domain.settle();
    const { versions } = await run<History>('history', { record: id });
    expect(versions).toMatchObject([{ operation: 'createAccount', client: 'phone 1.2', ip: 'IPv6' }]);
  });
});

describe('undoing an operation', () => {
  const lastOperation = async (record: string) =>
    (await run<History>('history', { record })).versions[0]?.correlationId ?? '';
  const undo = async (correlationId: string, actor?: Actor) => {
    const answer = await run<{ job?: AnyRow; record?: AnyRow }>('undo', { correlationId }, actor);
    await follow();
    return answer;
  };

  it('gives values back that nobody changed since, and tells of those that somebody did', async () => {
    const { id } = await run('createAccount', { name: 'Uno', sector: 'wood' });
    await run('updateAccount', { id, version: 1, name: 'Dos', sector: 'steel' });
    await domain.settle();
    const operation = await lastOperation(id);
    await run('updateAccount', { id, version: 2, name: 'Tres' });
    await domain.settle();
    const preview = await run<{ entries: object[] }>('previewUndo', { correlationId: operation });
    expect(preview.entries).toMatchObject([
      { record: { id }, action: 'CHANGE', fields: ['sector'], conflicts: ['name'] },
    ]);
    await undo(operation);
    expect((await domain.reader().records([id])).get(id)).toMatchObject({ name: 'Tres', sector: 'wood' });
  });

  it('archives what was made, restores what was archived', async () => {
    const { id } = await run('createAccount', { name: 'Uno' });
    await domain.settle();
    const making = await lastOperation(id);
    await undo(making);
    const archived = (await domain.reader().records([id])).get(id);
    expect(archived?.archivedAt).toBeDefined();
    await undo(await lastOperation(id));
    expect((await domain.reader().records([id])).get(id)?.archivedAt).toBeUndefined();
  });

  it('previews a merge, and what has changed since', async () => {
    const { stays, goes } = await pair();
    const { merge: done } = await merge(stays.id, goes.id);
    await follow();
    const operation = await lastOperation(done.id);
    const preview = async () => {
      const { entries } = await run<{ entries: { record: AnyRow; action: string; conflicts: string[] }[] }>(
        'previewUndo',
        { correlationId: operation },
      );
      return entries.find(({ record }) => record.id === stays.id);
    };
    expect(await preview()).toMatchObject({ action: 'CHANGE', conflicts: [] });
    const { version } = (await domain.reader().records([stays.id])).get(stays.id) ?? { version: 0 };
    await run('updateContact', { id: stays.id, version, jobTitle: 'Directora' });
    await domain.settle();
    expect(await preview()).toMatchObject({ action: 'CHANGE', conflicts: ['jobTitle'] });
  });

  it('parts what was merged', async () => {
    const { stays, goes } = await pair();
    const { merge: done } = await merge(stays.id, goes.id);
    await follow();
    const { record } = await undo(await lastOperation(done.id));
    expect(record).toMatchObject({ id: done.id, status: 'PARTED' });
    const { birthday, archivedAt } = (await domain.reader().records([goes.id])).get(goes.id) as AnyRow & {
      birthday?: string;
    };
    expect([birthday, archivedAt]).toEqual(['1980-01-01', undefined]);
  });

  it('is refused for what is unknown, too old, or not for the actor', async () => {
    const { id } = await run('createAccount', { name: 'Uno' });
    await domain.settle();
    const operation = await lastOperation(id);
    const [ben = ''] = await makePeople(domain, ['Ben']);
    const stranger = person(domain, ben, { rules: { ...ownRules, operations: ['job.update'] } });
    expect(await failure(run('undo', { correlationId: 'cor_nobody' }))).toBe('NOTHING_TO_UNDO');
    expect(await failure(run('undo', { correlationId: operation }, stranger))).toBe('FORBIDDEN');
    expect(await failure(run('undo', { correlationId: operation }, domain.actor({ tenant: 'other' })))).toBe(
      'NOTHING_TO_UNDO',
    );
    later(9 * 86_400);
    expect(await failure(run('undo', { correlationId: operation }))).toBe('TOO_LATE');
  });

  describe('by somebody who may not see everything', () => {
    const hiding = (...hiddenFields: string[]) =>
      domain.actor({ rules: { ...domain.actor().rules, hiddenFields: hiddenFields.map((name) => `Account.${name}`) } });
    const valuesOf = async (id: string) => (await domain.reader().records([id])).get(id);
    const limit = (amount: string) => ({ creditLimit: { amount, currency: 'USD' } });

    it('leaves hidden and read-only fields as they are, and says so', async () => {
      const { id } = await run('createAccount', { name: 'Uno', ...limit('10') });
      await run('updateAccount', { id, version: 1, name: 'Dos', ...limit('90') });
      await domain.settle();
      const operation = await lastOperation(id);
      const { entries } = await run<{ entries: object[] }>(
        'previewUndo',
        { correlationId: operation },
        hiding('creditLimit'),
      );
      expect(entries).toMatchObject([{ fields: ['name'], conflicts: [], untold: ['creditLimit'] }]);
      await undo(operation, hiding('creditLimit'));
      expect(await valuesOf(id)).toMatchObject({ name: 'Uno', creditLimit: { minor: 9000 } });
      const readOnly = { ...domain.actor().rules, readOnlyFields: ['Account.creditLimit'] };
      const { job } = await undo(operation, domain.actor({ rules: readOnly }));
      expect(await valuesOf(id)).toMatchObject({ creditLimit: { minor: 9000 } });
      const { results } = await run<{ results: object[] }>('jobResults', { id: job?.id });
      expect(results).toMatchObject([{ status: 'skipped', code: 'CHANGED_SINCE' }]);
    });

    it('gives sensitive values back to those alone who may see them', async () => {
      const labels = { es: 'Clave', en: 'Code' };
      await run('createCustomField', { recordType: 'Account', key: 'code', kind: 'TEXT', labels, sensitive: true });
      const { id } = await run('createAccount', { name: 'Uno', custom: { code: 'old secret' } });
      await run('updateAccount', { id, version: 1, custom: { code: 'new secret' } });
      await domain.settle();
      const operation = await lastOperation(id);
      const { entries } = await run<{ entries: object[] }>(
        'previewUndo',
        { correlationId: operation },
        hiding('custom.code'),
      );
      expect(entries).toMatchObject([{ action: 'NOTHING', fields: [], untold: ['custom.code'] }]);
      expect(JSON.stringify(entries)).not.toMatch(/old secret/);
      const { job } = await undo(operation, hiding('custom.code'));
      const { results } = await run<{ results: object[] }>('jobResults', { id: job?.id });
      expect(results).toMatchObject([{ status: 'failed', code: 'FORBIDDEN' }]);
      expect(await valuesOf(id)).toMatchObject({ custom: { code: 'new secret' } });
      await undo(operation);
      expect(await valuesOf(id)).toMatchObject({ custom: { code: 'old secret' } });
    });
  });
});
