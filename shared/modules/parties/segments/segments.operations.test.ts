import { beforeAll, describe, expect, it } from '@jest/globals';
import { fullAccess, type Actor, type AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { nextJobMessage, workOff } from '#test/support/jobs';
import { ownRules, partyModules, person } from '#test/support/parties';

const tenanted = withTenantTable();
let domain: Domain;

const run = <Answer = AnyRow>(name: string, input: object, actor?: Actor) =>
  domain.run<Answer>(name, input as Readonly<Record<string, unknown>>, actor);
const account = (values: object) => run('createAccount', { name: 'Acme', ...values });
const segment = (values: object) => run('createSegment', { name: 'Some', recordType: 'Account', ...values });
const settled = async () => {
  await domain.settle();
  await workOff(domain);
};
const memberships = async (id: string, actor?: Actor): Promise<readonly AnyRow[]> => {
  const of = domain.registry.entity('SegmentMember');
  return (await domain.reader(actor).data(of).page('bySegment', { of: id, first: 100 })).rows;
};
const members = async (id: string, actor?: Actor) => (await memberships(id, actor)).map(({ subject }) => subject);
const now = async (id: string) => (await domain.reader().records([id])).get(id);

describe('segments', () => {
  beforeAll(() => {
    domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: `${tenanted.tenant}segments` });
  });

  it('are filled by a job, which may run again, and follow each change with one event', async () => {
    for (let index = 0; index < 4; index += 1) await account({ sector: 'RETAIL' });
    const last = await account({ sector: 'SERVICES' });
    await domain.settle();
    const made = await segment({ where: { sector: { eq: 'RETAIL' } } });
    expect(made['evaluatedAt']).toBeUndefined();
    const message = nextJobMessage(domain);
    for (let twice = 0; twice < 2; twice += 1) domain.sent.push({ queue: 'jobs', message: { body: message } });
    await workOff(domain, { hasTime: () => false });
    await settled();
    const counts = await run<{ count: number }>('segmentCounts', { segment: made.id });
    expect(counts.count).toBe(4);
    expect(await now(made.id)).toMatchObject({ evaluatedAt: expect.any(String) });
    await run('updateAccount', { id: last.id, version: last.version, sector: 'RETAIL' });
    const [, entered] = await domain.settle();
    expect(entered).toMatchObject({
      type: 'segmentMember.entered',
      data: { segment: made.id, subject: last.id, account: last.id, reason: 'CHANGE', cause: 'account.updated' },
    });
    await run('archiveAccount', { id: last.id, version: 2 });
    const types = (await domain.settle()).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('segmentMember'))).toEqual(['segmentMember.exited']);
  });

  it('of one kind hold what people put into them, and lose what is archived', async () => {
    const [one, other] = [await account({ name: 'One' }), await account({ name: 'Other' })];
    const fixed = await segment({ kind: 'STATIC' });
    const add = () => run<{ added: number }>('addToSegment', { id: fixed.id, records: [one.id, other.id] });
    expect(await add()).toEqual({ added: 2 });
    expect(await add()).toEqual({ added: 0 });
    await settled();
    expect(await run('removeFromSegment', { id: fixed.id, records: [one.id] })).toEqual({ removed: 1 });
    await settled();
    expect(await members(fixed.id)).toEqual([other.id]);
    expect(await run('addToSegment', { id: fixed.id, records: [one.id] })).toEqual({ added: 1 });
    await run('archiveAccount', { id: other.id, version: other.version });
    await settled();
    expect(await members(fixed.id)).toEqual([one.id]);
    const live = await segment({ where: {} });
    expect(await failure(run('addToSegment', { id: live.id, records: [one.id] }))).toBe('NOT_STATIC');
    expect(await failure(segment({ kind: 'STATIC', where: {} }))).toBe('BAD_INPUT');
    await run('archiveSegment', { id: live.id, version: live.version });
    await settled();
    expect(await members(live.id)).toEqual([]);
    const { version } = (await now(live.id)) ?? live;
    await run('restoreSegment', { id: live.id, version });
    await settled();
    expect((await members(live.id)).length).toBeGreaterThan(4);
  });

  it('hold leads as they hold accounts and contacts', async () => {
    const made = await segment({ recordType: 'Lead', where: { lastName: { startsWith: 'Ver' } } });
    await settled();
    const lead = await run('createLead', { lastName: 'Vera' });
    const entered = (await domain.settle()).find(({ type }) => type === 'segmentMember.entered');
    expect(entered?.data).toMatchObject({ segment: made.id, subject: lead.id, lead: lead.id });
  });

  it('are seen as far as their records are, and follow their owners', async () => {
    const [ana, luis] = [person(domain, 'usr_ana'), person(domain, 'usr_luis')];
    const rules = { ...ownRules, entities: { ...ownRules.entities, Segment: { read: 'all' } } } as typeof ownRules;
    const seen = async (actor: Actor, id: string) => {
      const { count } = await run<{ count: number }>('segmentCounts', { segment: id }, { ...actor, rules });
      return [(await members(id, { ...actor, rules })).length, count];
    };
    const made = await segment({ where: { name: { eq: 'Of Ana' } } });
    const user = (name: string) => run('makePerson', { name });
    const [first, second] = [await user('Ana'), await user('Luis')];
    const row = await account({ name: 'Of Ana', owner: first.id });
    await settled();
    const as = (actor: Actor, { id }: AnyRow): Actor => ({ ...actor, id, userId: id });
    expect(await seen(as(ana, first), made.id)).toEqual([1, 1]);
    expect(await seen(as(luis, second), made.id)).toEqual([0, 0]);
    await run('updateAccount', { id: row.id, version: row.version, owner: second.id });
    await settled();
    expect(await seen(as(ana, first), made.id)).toEqual([0, 0]);
    expect(await seen(as(luis, second), made.id)).toEqual([1, 1]);
    const hidden = { ...fullAccess, hiddenFields: ['Account.creditLimit'] };
    const where = { creditLimit: { isNull: false } };
    expect(
      await failure(run('previewSegment', { recordType: 'Account', where }, domain.actor({ rules: hidden }))),
    ).toBe('BAD_INPUT');
  });
});
