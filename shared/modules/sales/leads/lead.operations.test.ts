import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { defaultPipeline } from '#modules/platform/flows';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { ownRules, partyModules, person, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import type { LeadRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let [ana, bea, carl]: readonly string[] = [];
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', bea = '', carl = ''] = await makePeople(domain, ['Ana', 'Bea', 'Carl']);
  await domain.run('createPipeline', defaultPipeline);
});

const capture = (values: object = {}, actor = domain.actor()) =>
  domain.run<LeadRow>('createLead', { lastName: 'Vera', ...values }, actor);
const act = (name: string, id: string, more: object = {}, actor = domain.actor()) =>
  domain.run<LeadRow>(name, { id, ...more }, actor);
const now = async ({ id }: { readonly id: string }) => (await domain.reader().records([id])).get(id) as AnyRow;
const rule = (values: object) => domain.run<AnyRow>('createAssignmentRule', { name: 'Rule', ...values });
const asSeller = (userId: string | undefined, teams: readonly string[] = []) =>
  person(domain, userId ?? '', {
    rules: { ...teamRules, operations: ['lead.*'] },
    teams,
    teamMembers: [userId ?? ''],
  });

describe('a captured lead', () => {
  it('has its name, zone, score and reasons from the start', async () => {
    const place = {
      key: 'Quito',
      labels: { es: 'Quito', en: 'Quito' },
      kind: 'GEOGRAPHIC',
      areas: [{ city: 'Quito' }],
    };
    await domain.run('createZone', place);
    await domain.run('createListEntry', { list: 'SOURCE', key: 'WEB', labels: { es: 'Sitio web', en: 'Website' } });
    const lead = await capture({
      firstName: 'Rosa',
      company: 'Acme',
      source: 'sitio web',
      captureReason: 'Growth',
      address: { city: 'Quito' },
    });
    expect(lead).toMatchObject({
      name: 'Rosa Vera, Acme',
      status: 'NEW',
      zone: 'Quito',
      source: 'WEB',
      score: 10,
      grade: 'D',
      breakdown: [{ rule: 'COMPANY', points: 10 }],
    });
    const moved = await act('updateLead', lead.id, { version: 1, phone: '0991234567', address: { city: 'Loja' } });
    expect(moved).toMatchObject({ score: 15, phone: '+593991234567' });
    expect(moved).not.toHaveProperty('zone');
    expect(await failure(act('updateLead', lead.id, { version: 1, company: 'x' }))).toBe('STALE_VERSION');
    expect(await failure(domain.run('createLead', { jobTitle: 'Chef' }))).toBe('NAME_MISSING');
  });

  it('is made once for one key', async () => {
    const make = () => domain.run<LeadRow>('createLead', { lastName: 'Vera' }, domain.actor(), { idempotencyKey: 'k' });
    await rule({ how: 'ROUND_ROBIN', users: [ana, bea] });
    const first = await make();
    expect((await make()).id).toBe(first.id);
    expect((await capture()).owner).not.toBe(first.owner);
  });
});

describe('rules of assignment', () => {
  it('give leads to people in turn, passing over those who are away', async () => {
    await rule({ how: 'ROUND_ROBIN', users: [ana, bea, carl] });
    const owners = [];
    for (let count = 0; count < 6; count += 1) owners.push((await capture()).owner);
    expect(owners).toEqual([ana, bea, carl, ana, bea, carl]);
  });

  it('are fair when many leads come at once', async () => {
    await rule({ how: 'ROUND_ROBIN', users: [ana, bea, carl] });
    const leads = await Promise.all(Array.from({ length: 12 }, () => capture()));
    const counts = [ana, bea, carl].map((user) => leads.filter(({ owner }) => owner === user).length);
    expect(counts).toEqual([4, 4, 4]);
  });

  it('are asked in order, by what they ask for; without one it belongs to whoever captures it', async () => {
    await rule({ how: 'BY_ZONE', territories: [{ zone: 'Norte', user: bea }], position: 1 });
    await rule({ how: 'ROUND_ROBIN', users: [ana], sources: ['WEB'], position: 2 });
    await rule({ how: 'ROUND_ROBIN', users: [carl], isActive: false });
    const norte = { key: 'Norte', labels: { es: 'N', en: 'N' }, kind: 'OWN', areas: [{ city: 'Quito' }] };
    await domain.run('createZone', norte);
    expect(await capture({ source: 'WEB', address: { city: 'Quito' } })).toMatchObject({ owner: bea });
    expect(await capture({ source: 'WEB' })).toMatchObject({ owner: ana, assignment: { how: 'ROUND_ROBIN' } });
    const own = await capture({}, asSeller(carl));
    expect(own).toMatchObject({ owner: carl });
    expect(own).not.toHaveProperty('assignment');
    expect(await capture({ source: 'WEB', keep: true }, asSeller(carl))).toMatchObject({ owner: carl });
    expect(await capture({ source: 'WEB', owner: bea })).toMatchObject({ owner: bea });
  });

  it('give leads to whoever has the fewest open ones', async () => {
    await rule({ how: 'LOAD', users: [ana, bea] });
    for (let count = 0; count < 3; count += 1) await capture({ owner: ana });
    await domain.settle();
    for (let count = 0; count < 3; count += 1) {
      expect((await capture()).owner).toBe(bea);
      await domain.settle();
    }
  });

  it('must name whom to choose from, and say when nobody is found', async () => {
    expect(await failure(rule({ how: 'LOAD' }))).toBe('NOBODY_TO_CHOOSE');
    const lead = await capture();
    expect(await failure(act('assignLead', lead.id))).toBe('NO_RULE_FITS');
    await rule({ how: 'ROUND_ROBIN', users: [bea] });
    expect(await act('assignLead', lead.id)).toMatchObject({ owner: bea, version: 2 });
  });
});

describe('a score', () => {
  it('rises by signals, qualifies over the threshold, and fades by itself', async () => {
    const lead = await capture({ company: 'Acme', phone: '0991234567', employees: 100 });
    await act('noteLeadSignal', lead.id, { signal: 'MEETING' });
    const hot = await act('noteLeadSignal', lead.id, { signal: 'MEETING' });
    expect(hot).toMatchObject({ score: 75, grade: 'A', status: 'QUALIFIED', qualifiedAt: '2026-11-22T15:00:00.000Z' });
    expect((await domain.settle()).map(({ type }) => type)).toContain('lead.qualified');
    expect(hot.rescoreAt).toBe('2026-11-23T15:00:00.000Z');
    domain.clock.set('2026-11-23T14:59:00.000Z');
    await domain.advanceTo('2026-11-23T15:00:00.000Z');
    expect(await now(lead)).toMatchObject({ grade: 'B', score: 73, status: 'QUALIFIED' });
    expect(await failure(act('noteLeadSignal', lead.id, { signal: 'SNEEZE' }))).toBe('UNKNOWN_SIGNAL');
  });

  it('follows the rules of the tenant, of open leads by a job', async () => {
    const lead = await capture({ company: 'Acme' });
    const bad = { gradeA: 10 };
    expect(await failure(domain.run('setLeadScoring', bad))).toBe('BAD_INPUT');
    await domain.run('setLeadScoring', { fit: [{ fact: 'COMPANY', points: 30 }], qualifyAt: 30 });
    await domain.settle();
    await workOff(domain);
    expect(await now(lead)).toMatchObject({ score: 30, grade: 'C', status: 'QUALIFIED' });
    expect(await capture({ company: 'Other' })).toMatchObject({ score: 30 });
  });
});

describe('the life of a lead', () => {
  it('goes on, aside and on again', async () => {
    const lead = await capture();
    await act('startLead', lead.id);
    await act('qualifyLead', lead.id);
    expect(await failure(act('disqualifyLead', lead.id))).toBe('BAD_INPUT');
    const aside = await act('disqualifyLead', lead.id, { reason: 'No budget', recycleOn: '2026-11-23' });
    expect(aside).toMatchObject({ status: 'DISQUALIFIED', disqualifiedReason: 'No budget' });
    expect(await failure(act('convertLead', lead.id))).toBe('LEAD_CLOSED');
    domain.clock.set('2026-11-23T11:59:00.000Z');
    await domain.advanceTo('2026-11-23T12:00:00.000Z');
    expect(await now(lead)).toMatchObject({ status: 'NEW', recycled: 1, disqualifiedReason: 'No budget' });
    await act('disqualifyLead', lead.id, { reason: 'Still none' });
    expect(await act('recycleLead', lead.id)).toMatchObject({ status: 'NEW', recycled: 2 });
    expect(await failure(act('recycleLead', lead.id))).toBe('INVALID_STATE');
  });

  it('is counted by status and reason, for those who may see it', async () => {
    await capture({ captureReason: 'Fair', owner: ana });
    const other = await capture({ captureReason: 'Fair', owner: bea });
    await act('qualifyLead', other.id);
    await domain.settle();
    type Groups = { groups: object[] };
    const count = async (groupBy: readonly string[], actor = domain.actor()) =>
      (await domain.run<Groups>('leadTotals', { groupBy }, actor)).groups;
    expect(await count(['CAPTURE_REASON'])).toEqual([{ captureReason: 'Fair', count: 2 }]);
    expect(await count(['STATUS'], person(domain, ana ?? ''))).toEqual([{ status: 'NEW', count: 1 }]);
  });
});

describe('a hand-over', () => {
  let team: AnyRow;
  beforeEach(async () => {
    team = await domain.run<AnyRow>('createTeam', { name: 'Field sales' });
  });

  it('waits with the other team until one of it takes the lead', async () => {
    const lead = await capture({ owner: ana });
    const offered = await act('offerLead', lead.id, { team: team.id, note: 'Hot' }, asSeller(ana));
    expect(offered).toMatchObject({ team: team.id, handOver: { state: 'OFFERED', fromUser: ana, note: 'Hot' } });
    expect(offered).not.toHaveProperty('owner');
    const other = asSeller(carl);
    expect(await failure(act('acceptLead', lead.id, {}, other))).toBe('NOT_FOUND');
    expect(await failure(act('convertLead', lead.id))).toBe('HAND_OVER_OPEN');
    const taken = await act('acceptLead', lead.id, {}, asSeller(bea, [team.id]));
    expect(taken).toMatchObject({ owner: bea, team: team.id, handOver: { state: 'ACCEPTED', answeredBy: bea } });
    expect(await failure(act('acceptLead', lead.id, {}, asSeller(carl, [team.id])))).toBe('NOT_OFFERED');
    const types = (await domain.settle()).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['lead.offered', 'lead.handOverAccepted']));
  });

  it('comes back with the reason when it is declined, and the offers are kept', async () => {
    const lead = await capture({ owner: ana });
    await act('offerLead', lead.id, { user: bea });
    expect(await failure(act('offerLead', lead.id, { user: carl }))).toBe('ALREADY_OFFERED');
    expect(await failure(act('disqualifyLead', lead.id, { reason: 'x' }))).toBe('HAND_OVER_OPEN');
    const back = await act('declineLead', lead.id, { reason: 'Not my region' }, asSeller(bea));
    expect(back).toMatchObject({
      owner: ana,
      handOver: { state: 'DECLINED', reason: 'Not my region', answeredBy: bea },
    });
    const again = await act('offerLead', lead.id, { user: carl });
    expect(again.handOvers).toMatchObject([{ state: 'DECLINED', toUser: bea }]);
  });

  it('comes back when nobody answers in time, and not after an answer', async () => {
    const lead = await capture({ owner: ana });
    const answered = await capture({ owner: ana });
    await act('offerLead', lead.id, { team: team.id, hours: 2 });
    await act('offerLead', answered.id, { user: bea, hours: 2 });
    await act('acceptLead', answered.id, {}, asSeller(bea));
    domain.clock.set('2026-11-22T16:59:00.000Z');
    await domain.advanceTo('2026-11-22T17:00:00.000Z');
    expect(await now(lead)).toMatchObject({ owner: ana, handOver: { state: 'EXPIRED' } });
    expect(await now(lead)).not.toHaveProperty('team');
    expect(await now(answered)).toMatchObject({ owner: bea, handOver: { state: 'ACCEPTED' } });
  });

  it('is offered by those who may change the lead alone', async () => {
    const lead = await capture({ owner: ana });
    const reader = person(domain, carl ?? '', {
      rules: { ...ownRules, entities: { ...ownRules.entities, Lead: { read: 'all' } }, operations: ['lead.*'] },
    });
    expect(await failure(act('offerLead', lead.id, { user: bea }, reader))).toBe('FORBIDDEN');
    expect(await failure(act('offerLead', lead.id, {}))).toBe('BAD_INPUT');
  });
});
