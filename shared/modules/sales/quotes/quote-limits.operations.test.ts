import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { Approval } from '#modules/platform/approvals';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { Quote, type QuoteRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
const ids = { account: '', contact: '', chair: '', boss: '' };

const run = <Result = AnyRow>(operation: string, input: Readonly<Record<string, unknown>>, actor?: Actor) =>
  domain.run<Result>(operation, input, actor);
const usd = (amount: string) => ({ amount, currency: 'USD' });
const draft = (percent: string, more: object = {}) =>
  run<QuoteRow>('createQuote', {
    ...{ account: ids.account, contact: ids.contact, subject: 'Office', validUntil: '2026-12-31' },
    lines: [{ product: ids.chair, quantity: '2' }],
    headerDiscounts: [{ percent }],
    ...more,
  });
const sendIn = ({ id, version }: QuoteRow, actor?: Actor) => run<QuoteRow>('sendQuote', { id, version }, actor);
const limit = (values: object) => run('createQuoteLimit', { name: 'Limit', ...values });
const policy = (kind: string, more: object = {}) =>
  run('createApprovalPolicy', { name: kind, kind, steps: [{ by: 'PERSON', user: ids.boss }], ...more });

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  ids.account = (await run('createAccount', { name: 'Customer' })).id;
  const person = { firstName: 'Ana', lastName: 'Vera', account: ids.account, email: 'ana@example.com' };
  ids.contact = (await run('createContact', person)).id;
  const box = [{ unit: 'box', holds: '10' }];
  const chair = { sku: 'CHAIR', name: 'Chair', listPrice: usd('100'), cost: usd('70'), units: box };
  ids.chair = (await run('createProduct', chair)).id;
  ids.boss = (await run('makePerson', { name: 'Boss' })).id;
});

describe('a quote beyond a limit', () => {
  it('waits for approvers when too much is discounted, and goes out once they agree', async () => {
    await limit({ mostDiscount: '10' });
    expect((await sendIn(await draft('10'))).status).toBe('SENT');
    const wide = await draft('10.5');
    expect(await failure(sendIn(wide))).toBe('NO_APPROVAL_POLICY');
    expect((await domain.reader().data(Quote).get(wide.id)).status).toBe('DRAFT');
    await policy('quote.limit');
    const waiting = await sendIn(wide);
    expect(waiting.status).toBe('PENDING_APPROVAL');
    const { rows } = await domain.reader().trusted(Approval).page('all', { first: 10 });
    expect(rows[0]).toMatchObject({ kind: 'quote.limit', reason: 'El descuento pasa el límite.', about: wide.id });
    const boss = domain.actor({ id: ids.boss, userId: ids.boss });
    await run('approve', { id: rows[0]?.id }, boss);
    await domain.settle();
    const approved = await domain.reader().data(Quote).get(wide.id);
    expect(approved.status).toBe('APPROVED');
    expect((await sendIn(approved)).status).toBe('SENT');
  });

  it('waits when too little is left over the costs, and says no figure of it', async () => {
    await limit({ leastMargin: '25' });
    await policy('quote.limit');
    expect((await sendIn(await draft('5'))).status).toBe('SENT');
    expect((await sendIn(await draft('7'))).status).toBe('PENDING_APPROVAL');
    const { rows } = await domain.reader().trusted(Approval).page('all', { first: 10 });
    expect(rows[0]?.reason).toBe('El margen queda por debajo del límite.');
  });

  it('counts the widest limit of the sender’s roles and teams before that for everybody', async () => {
    await limit({ mostDiscount: '5' });
    await limit({ mostDiscount: '20', team: (await run('createTeam', { name: 'North', members: [] })).id });
    const team = (await run('createTeam', { name: 'South', members: [] })).id;
    await limit({ mostDiscount: '30', team });
    await policy('quote.limit');
    const south = domain.actor({ teams: [team] });
    expect((await sendIn(await draft('25'), south)).status).toBe('SENT');
    expect((await sendIn(await draft('25'))).status).toBe('PENDING_APPROVAL');
    expect(await failure(limit({}))).toBe('BAD_INPUT');
  });

  it('reckons with what a box costs, where boxes are sold', async () => {
    const quote = await draft('0', { lines: [{ product: ids.chair, quantity: '1', unit: 'box' }] });
    expect(quote.lines[0]?.unitCost).toEqual({ minor: 70_000, currency: 'USD' });
  });
});
