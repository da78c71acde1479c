import { beforeEach, describe, expect, it } from '@jest/globals';
import { json, module, mutation, newMeter, systemActor, type Actor, type AnyRow } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { execute } from '#kernel/execute';
import { runPage } from '#kernel/run-page';
import { signLink } from '#kernel/signed-links';
import { modules } from '#modules';
import { Mail } from '#modules/platform/mail-out';
import { User } from '#modules/platform/users';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import type { ApprovalRow } from './index.ts';

const setPerson = mutation('setPerson', {
  describes: 'Changes a person, for tests.',
  needs: 'user.test',
  input: { id: json<string>(), changes: json<Record<string, never>>() },
  returns: User,
  run: async ({ id, changes }, { trusted }) => trusted(User).update(await trusted(User).get(id), changes),
});
const forTests = module('platform/approval-tests', { operations: [setPerson] });

const tenanted = withTenantTable();
let domain: Domain;
let people: readonly string[];
let account: AnyRow;
const [ana, ben, eva, leo] = [0, 1, 2, 3];
beforeEach(async () => {
  domain = startDomain({
    modules: [...modules, peopleForTests, forTests],
    table: tenanted.table,
    tenant: tenanted.tenant,
  });
  people = await makePeople(domain, ['Ana', 'Ben', 'Eva', 'Leo']);
  account = await domain.run('createAccount', { name: 'Botica', owner: id(ana) });
  await domain.settle();
});

const id = (index: number): string => people[index] ?? '';
const rules: Actor['rules'] = {
  entities: { '*': { read: 'own' }, Approval: { read: 'own', update: 'own' } },
  operations: ['approval.request', 'approval.decide'],
  hiddenFields: [],
  readOnlyFields: [],
};
const as = (index: number, more: Partial<Actor> = {}): Actor =>
  domain.actor({ id: id(index), userId: id(index), rules, ...more });
const usd = (amount: string) => ({ amount, currency: 'USD' });
const person = (index: number) => ({ by: 'PERSON', user: id(index) });
const policy = (steps: readonly object[], more: object = {}) =>
  domain.run<AnyRow>('createApprovalPolicy', { name: 'Discounts', kind: 'quote.discount', steps, ...more });
const ask = (more: object = {}, actor = as(ana), key?: string) =>
  domain.run<ApprovalRow>(
    'requestApproval',
    { about: account.id, kind: 'quote.discount', subject: '20 % de descuento', amount: usd('900'), ...more },
    actor,
    key === undefined ? {} : { idempotencyKey: key },
  );
const decide = (verb: 'approve' | 'reject', { id: approval }: ApprovalRow, index: number, comment?: string) =>
  domain.run<ApprovalRow>(verb, { id: approval, ...(comment !== undefined && { comment }) }, as(index));
const set = (index: number, changes: object) =>
  execute(
    {
      runtime: domain.runtime,
      actor: systemActor(tenanted.tenant, 'test'),
      table: domain.runtime.ports.table,
      meter: newMeter(),
    },
    setPerson,
    { id: id(index), changes },
  );
const mails = async () => (await domain.reader().data(Mail).page('all', { first: 50 })).rows;

describe('policies', () => {
  it('ask by the highest amount that is reached, and not at all below', async () => {
    await policy([person(ben)], { from: usd('500') });
    await policy([person(eva)], { name: 'Large', from: usd('5000') });
    expect(await ask()).toMatchObject({ waitingFor: [id(ben)], status: 'PENDING', askedBy: id(ana) });
    expect(await failure(ask({ kind: 'quote.other' }))).toBe('NO_APPROVAL_POLICY');
    expect(await failure(ask({ amount: usd('499.99') }))).toBe('NO_APPROVAL_POLICY');
  });

  it('know teams, their leaders and those above, and never ask the one who asks', async () => {
    const team = await domain.run<AnyRow>('createTeam', {
      name: 'Direction',
      members: [id(ana), id(ben), id(eva)],
      manager: id(leo),
    });
    await set(ana, { manager: id(eva) });
    await set(eva, { manager: id(leo) });
    const steps = [
      { by: 'TEAM', team: team.id, needed: 2 },
      { by: 'TEAM_MANAGER', team: team.id },
      { by: 'MANAGER', level: 2 },
    ];
    await policy(steps);
    const asked = await ask();
    expect(asked.steps.map(({ approvers }) => approvers)).toEqual([[id(ben), id(eva)], [id(leo)], [id(leo)]]);
    expect(asked.steps[0]?.needed).toBe(2);
  });

  it('must name somebody', async () => {
    expect(await failure(policy([]))).toBe('BAD_INPUT');
    expect(await failure(policy([{ by: 'PERSON' }]))).toBe('BAD_INPUT');
    await policy([person(ana)]);
    expect(await failure(ask())).toBe('NO_APPROVER');
  });
});

describe('a question', () => {
  it('goes through its rounds; other modules hear of it', async () => {
    await policy([person(ben), person(eva)]);
    const asked = await ask();
    const second = await decide('approve', asked, ben);
    expect(second).toMatchObject({ status: 'PENDING', round: 1, waitingFor: [id(eva)] });
    expect(await failure(decide('approve', asked, ben))).toBe('NOT_AN_APPROVER');
    expect(await decide('approve', asked, eva, 'Vale')).toMatchObject({ status: 'APPROVED', comment: 'Vale' });
    const types = (await domain.settle()).map(({ type }) => type).filter((type) => type.startsWith('approval.'));
    expect(types).toEqual(['approval.requested', 'approval.advanced', 'approval.approved']);
  });

  it('ends with one refusal, which says why', async () => {
    await policy([{ ...person(ben) }, person(eva)]);
    const asked = await ask();
    expect(await failure(domain.run('reject', { id: asked.id }, as(ben)))).toBe('BAD_INPUT');
    expect(await decide('reject', asked, ben, 'Demasiado')).toMatchObject({ status: 'REJECTED', waitingFor: [] });
    expect(await failure(decide('approve', asked, eva))).toBe('ALREADY_DECIDED');
    expect(await ask()).toMatchObject({ status: 'PENDING' });
  });

  it('is decided once by many at the same moment', async () => {
    const asked = await ask({ approvers: [id(ben), id(eva), id(leo)] });
    const tried = await Promise.allSettled([
      decide('approve', asked, ben),
      decide('reject', asked, eva, 'No'),
      decide('approve', asked, leo),
    ]);
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const types = (await domain.settle()).map(({ type }) => type).filter((type) => /approved|rejected/.test(type));
    expect(types).toHaveLength(1);
  });

  it('waits for as many as are needed, each counted once', async () => {
    const team = await domain.run<AnyRow>('createTeam', { name: 'Direction', members: [id(ben), id(eva), id(leo)] });
    await policy([{ by: 'TEAM', team: team.id, needed: 2 }]);
    const asked = await ask();
    expect(await decide('approve', asked, ben)).toMatchObject({ status: 'PENDING', waitingFor: [id(eva), id(leo)] });
    expect(await failure(decide('approve', asked, ben))).toBe('ALREADY_DECIDED');
    expect(await decide('approve', asked, leo)).toMatchObject({ status: 'APPROVED' });
  });

  it('is asked once for one key, and not twice while it is open', async () => {
    await policy([person(ben)]);
    const first = await ask({}, as(ana), 'key');
    expect((await ask({}, as(ana), 'key')).id).toBe(first.id);
    expect(await failure(ask())).toBe('NOT_UNIQUE');
  });

  it('can be taken back by who asked, handed on by who is asked, and lapses', async () => {
    await policy([person(ben)], { days: 3 });
    const asked = await ask();
    expect(await failure(domain.run('withdrawApproval', { id: asked.id }, as(eva)))).toBe('NOT_FOUND');
    expect(await failure(domain.run('delegateApproval', { id: asked.id, to: id(ana) }, as(ben)))).toBe('NO_APPROVER');
    const handed = await domain.run<ApprovalRow>('delegateApproval', { id: asked.id, to: id(eva) }, as(ben));
    expect(handed.waitingFor).toEqual([id(eva)]);
    expect(await failure(decide('approve', asked, ben))).toBe('NOT_AN_APPROVER');
    expect(await domain.run('withdrawApproval', { id: asked.id }, as(ana))).toMatchObject({ status: 'WITHDRAWN' });
    const again = await ask();
    domain.clock.set('2026-11-25T14:59:00.000Z');
    await domain.advanceTo('2026-11-25T15:01:00.000Z');
    expect((await domain.reader().records([again.id])).get(again.id)).toMatchObject({ status: 'LAPSED' });
  });

  it('goes to the substitute of somebody absent', async () => {
    await set(ben, { substitute: id(eva), absentFrom: '2026-11-20', absentUntil: '2026-11-30' });
    await policy([person(ben)]);
    const asked = await ask();
    await domain.settle();
    const { approvals } = await domain.run<{ approvals: readonly ApprovalRow[] }>('approvalsToDecide', {}, as(eva));
    expect(approvals.map((each) => each.id)).toEqual([asked.id]);
    const decided = await decide('approve', asked, eva);
    expect(decided.steps[0]?.decisions[0]).toMatchObject({ by: id(eva), insteadOf: id(ben) });
  });

  it('is closed to strangers, to others of the tenant and to other tenants', async () => {
    const asked = await ask({ approvers: [id(ben)] });
    expect(await failure(decide('approve', asked, leo))).toBe('NOT_AN_APPROVER');
    expect(
      await failure(domain.run('approve', { id: asked.id }, as(ben, { rules: { ...rules, operations: [] } }))),
    ).toBe('FORBIDDEN');
    expect(await failure(domain.run('approve', { id: asked.id }, as(ben, { tenant: 'other' })))).toBe('NOT_FOUND');
    expect(await failure(ask({ approvers: [id(ben)] }, as(eva)))).toBe('NOT_FOUND');
    expect((await domain.reader(as(leo)).records([asked.id])).size).toBe(0);
  });
});

describe('mail and page', () => {
  const visit = (token: string, method: 'GET' | 'POST' = 'GET', body = '') =>
    runPage(domain.runtime, 'approval', token, {
      method,
      path: '',
      query: {},
      headers: { 'accept-language': 'en' },
      body,
      ip: '',
    });
  const tokenFor = (asked: ApprovalRow, index: number, more: object = {}): string =>
    signLink('secret of signing', {
      purpose: 'approval',
      tenant: tenanted.tenant,
      record: asked.id,
      until: '2026-12-01T00:00:00.000Z',
      nonce: `${id(index)}.0`,
      ...more,
    });

  it('tell each approver once, in the own language, and the asker what came of it', async () => {
    await set(eva, { locale: 'en' });
    const asked = await ask({ approvers: [id(ben), id(eva)] });
    const events = await domain.settle();
    expect((await mails()).map(({ subject, to }) => [to[0], subject]).sort()).toEqual([
      ['ben@example.com', 'Por aprobar: 20 % de descuento'],
      ['eva@example.com', 'To approve: 20 % de descuento'],
    ]);
    await consumeEvents(domain.runtime, events);
    expect(await mails()).toHaveLength(2);
    await decide('approve', asked, ben);
    await domain.settle();
    expect((await mails()).map(({ subject }) => subject)).toContain('Aprobado: 20 % de descuento');
  });

  it('shows on GET, decides on POST, once', async () => {
    const asked = await ask({ approvers: [id(ben), id(eva)], reason: '<img src=x onerror=alert(1)>' });
    const token = tokenFor(asked, ben);
    const page = await visit(token);
    expect(page).toMatchObject({ status: 200, contentType: 'text/html; charset=utf-8' });
    expect(page.body).toContain('&lt;img src=x');
    expect(page.body).not.toContain('<img');
    expect((await domain.reader().records([asked.id])).get(asked.id)).toMatchObject({ status: 'PENDING' });
    expect(await visit(token, 'POST', 'decision=reject')).toMatchObject({ status: 422 });
    expect(await visit(token, 'POST', 'decision=approve&comment=Vale')).toMatchObject({ status: 200 });
    expect(await visit(token, 'POST', 'decision=reject&comment=No')).toMatchObject({ status: 409 });
    expect((await domain.reader().records([asked.id])).get(asked.id)).toMatchObject({
      status: 'APPROVED',
      steps: [{ decisions: [{ by: id(ben), via: 'LINK', comment: 'Vale' }] }],
    });
    expect(await visit(tokenFor(asked, eva))).toMatchObject({
      status: 200,
      body: expect.stringContaining('Ya está decidido'),
    });
  });

  it('refuses links that are forged, expired, for something else or for somebody else', async () => {
    const asked = await ask({ approvers: [id(ben)] });
    const forged = tokenFor(asked, ben).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect(await visit(`${forged}x`)).toMatchObject({
      status: 404,
      body: expect.stringContaining('This link is not valid'),
    });
    expect(await visit(tokenFor(asked, ben, { until: '2026-11-22T14:59:00.000Z' }))).toMatchObject({ status: 410 });
    expect(await visit(tokenFor(asked, ben, { purpose: 'unsubscribe' }))).toMatchObject({ status: 404 });
    expect(await visit(tokenFor(asked, ben, { nonce: 'usr_nobody.0' }))).toMatchObject({ status: 404 });
    expect(await visit(tokenFor(asked, leo), 'POST', 'decision=approve')).toMatchObject({ status: 409 });
    expect(await visit(tokenFor(asked, ben, { tenant: 'other' }))).toMatchObject({ status: 404 });
  });
});
