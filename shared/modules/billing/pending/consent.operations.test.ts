import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partyModules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { BillableItem, type BillableItemRow } from './index.ts';
import { InvoicingRun, type InvoicingRunRow } from './invoicing-run.entity.ts';

const tenanted = withTenantTable();
let domain: Domain;
let account = '';

const run = <Result = AnyRow>(operation: string, input: object, actor = domain.actor()) =>
  domain.run<Result>(operation, input as Readonly<Record<string, unknown>>, actor);
const hours = () =>
  run<BillableItemRow>('createBillableItem', {
    ...{ account, description: 'Consulting', quantity: '2', unitPrice: '50', readyOn: '2026-11-20' },
  });
const item = (id: string) => domain.reader().data(BillableItem).get(id);

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  await run('createEmissionPoint', { code: '001-001', name: 'Main', address: 'Quito', isDefault: true });
  account = (await run('createAccount', { name: 'Customer', taxId: '1790012345001' })).id;
});

describe('a run', () => {
  it('is confirmed by who may run it, may change it, and may make invoices', async () => {
    await hours();
    const { id, version } = await run<InvoicingRunRow>('previewInvoicingRun', {});
    const all = domain.actor().rules;
    const readOnly = { create: 'all', read: 'all', update: 'none', archive: 'none' } as const;
    const confirmWith = (operations: readonly string[], entities: typeof all.entities = all.entities) =>
      run('confirmInvoicingRun', { id, version }, domain.actor({ rules: { ...all, operations, entities } }));
    const both = ['invoicingRun.prepare', 'invoice.issue'];
    for (const one of both) expect(await failure(confirmWith([one]))).toBe('FORBIDDEN');
    expect(await failure(confirmWith(both, { ...all.entities, InvoicingRun: readOnly }))).toBe('FORBIDDEN');
    await confirmWith(both);
    await workOff(domain);
    expect(await domain.reader().data(InvoicingRun).get(id)).toMatchObject({ status: 'DONE', failed: 0 });
  });
});

describe('a waiver', () => {
  it('that was agreed to is for the amount that was asked for: what was repriced meanwhile waits on', async () => {
    const [boss = '', seller = ''] = await makePeople(domain, ['Boss', 'Seller']);
    const deciding = domain.actor({ id: boss, userId: boss });
    const rules = { ...domain.actor().rules, operations: ['billableItem.waive'] };
    await run('createApprovalPolicy', {
      ...{ name: 'Waivers', kind: 'billing.waive', steps: [{ by: 'PERSON', user: boss }] },
    });
    const made = await hours();
    const waiver = { id: made.id, version: made.version, reason: 'Goodwill' };
    await run('waiveBillableItem', waiver, domain.actor({ id: seller, userId: seller, rules }));
    await domain.settle();
    const { version } = await item(made.id);
    await run('updateBillableItem', { id: made.id, version, unitPrice: '5000' });
    const { approvals } = await run<{ approvals: readonly AnyRow[] }>('approvalsToDecide', {}, deciding);
    await run('approve', { id: approvals[0]?.id }, deciding);
    await domain.settle();
    expect(await item(made.id)).toMatchObject({ status: 'PENDING' });
  });
});
