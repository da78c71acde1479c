import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow } from '#kernel';
import type { InvoiceRow } from '#modules/billing/invoices';
import { Account } from '#modules/parties/accounts';
import { Notification } from '#modules/platform/notifications';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { BillingAlarm, type BillingAlarmRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ids: Readonly<Record<'account' | 'owner', string>>;

const run = <Result = AnyRow>(operation: string, input: object) =>
  domain.run<Result>(operation, input as Readonly<Record<string, unknown>>, domain.actor());
const invoice = async (unitPrice: string) => {
  const lines = [{ description: 'Work', quantity: '1', unitPrice, taxCategory: 'ZERO' }];
  const issued = await run<InvoiceRow>('billDirectly', { account: ids.account, lines });
  await domain.settle();
  return issued;
};
const limit = async (amount: string) => {
  const { id, version } = await domain.reader().data(Account).get(ids.account);
  await run('updateAccount', { id, version, creditLimit: { amount, currency: 'USD' } });
  await domain.settle();
};
const alarms = async () => {
  const { rows } = await domain.reader().data(BillingAlarm).list({ first: 100 });
  return rows.map(({ kind, status, count }) => `${kind} ${status} ${String(count)}`).sort();
};
const told = async () =>
  (await domain.reader().trusted(Notification).list({ first: 100 })).rows.map(({ kind }) => kind);

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  await run('createEmissionPoint', { code: '001-001', name: 'Main', address: 'Quito', isDefault: true });
  const owner = (await run('makePerson', { name: 'Owner' })).id;
  ids = { account: (await run('createAccount', { name: 'Customer', taxId: '1790012345001', owner })).id, owner };
});

describe('alarms of billing', () => {
  it('tell once of a customer with something late to be invoiced, and end when it is invoiced or given up', async () => {
    const item = () =>
      run('createBillableItem', {
        ...{ account: ids.account, description: 'Hours', quantity: '1', unitPrice: '10', readyOn: '2026-11-20' },
      });
    const made = [await item(), await item()];
    await domain.settle();
    await domain.advanceTo('2026-11-26T04:59:00.000Z');
    await domain.settle();
    expect(await alarms()).toEqual([]);
    await domain.advanceTo('2026-11-26T05:01:00.000Z');
    await domain.settle();
    expect([await alarms(), await told()]).toEqual([['LATE_TO_INVOICE OPEN 2'], ['billing.late']]);
    for (const { id, version } of made) await run('waiveBillableItem', { id, version, reason: 'Goodwill' });
    await domain.settle();
    expect(await alarms()).toEqual(['LATE_TO_INVOICE OVER 2']);
  });

  it('tell once of a customer over its credit, and end when it no longer is', async () => {
    await limit('100');
    await invoice('90');
    expect(await alarms()).toEqual([]);
    const second = await invoice('20');
    await invoice('5');
    expect([await alarms(), await told()]).toEqual([['OVER_CREDIT OPEN 2'], ['billing.overCredit']]);
    const [alarm] = (await domain.reader().data(BillingAlarm).list({ first: 1 })).rows;
    expect([alarm?.amount, alarm?.usual].map((amount) => amount && toDecimal(amount))).toEqual(['115.00', '100.00']);
    await run('voidInvoice', { id: second.id, version: second.version, reason: 'Wrong' });
    await domain.settle();
    expect(await alarms()).toEqual(['OVER_CREDIT OVER 2']);
    await limit('50');
    expect(await alarms()).toEqual(['OVER_CREDIT OPEN 1', 'OVER_CREDIT OVER 2']);
  });

  it('tell of an invoice that is unlike the last ones, until somebody has looked at it', async () => {
    for (const price of ['100', '110', '120']) await invoice(price);
    await invoice('300');
    expect(await alarms()).toEqual([]);
    await invoice('500');
    expect([await alarms(), await told()]).toEqual([['UNUSUAL_AMOUNT OPEN 1'], ['billing.unusual']]);
    const [alarm] = (await domain.reader().data(BillingAlarm).list({ first: 1 })).rows as readonly BillingAlarmRow[];
    const seen = { id: alarm?.id, version: alarm?.version, note: 'A new branch' };
    expect(await run('acknowledgeBillingAlarm', seen)).toMatchObject({ status: 'ACKNOWLEDGED', closedBy: 'usr_test' });
    expect(await failure(run('acknowledgeBillingAlarm', seen))).toBe('STALE_VERSION');
  });
});
