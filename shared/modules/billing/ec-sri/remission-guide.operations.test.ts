import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveryRow } from '#modules/sales/deliveries';
import { failure } from '#test/support/domain';
import { startElectronic, type Electronic } from '#test/support/electronic';
import { withTenantTable } from '#test/support/engine';
import { assertJudged } from '#test/support/judged-xml';
import type { RemissionGuideRow } from './index.ts';

const tenanted = withTenantTable();
let of: Electronic;
beforeEach(async () => {
  of = await startElectronic(tenanted);
});
afterEach(() => of.stop());

const transport = {
  carrierName: 'Transportes Ñandú',
  carrierTaxId: '1700000019001',
  plate: 'PBA-1234',
  startsOn: '2026-11-22',
  endsOn: '2026-11-23',
  route: 'Quito - Cuenca',
};
const delivered = async (how: object = transport): Promise<DeliveryRow> => {
  const lines = [{ description: 'Sillas', quantity: '3', unitPrice: '20', taxCategory: 'STANDARD' }];
  const draft = await of.run<DeliveryRow>('createDelivery', { account: of.account, lines, transport: how });
  return of.run<DeliveryRow>('issueDelivery', { id: draft.id, version: draft.version });
};
const issue = (delivery: string, more: object = {}) =>
  of.run<RemissionGuideRow>('issueRemissionGuide', { delivery, ...more });

describe('a remission guide', () => {
  it('of a delivery has a number of its own series, and is authorised', async () => {
    const invoice = await of.invoice();
    const [first, second] = [await delivered(), await delivered()];
    const guide = await issue(first.id, { invoice: invoice.id });
    expect(guide).toMatchObject({ number: '001-001-000000001', receiverId: '1790016919001', to: 'Av. Uno, Cuenca' });
    expect(await issue(second.id)).toMatchObject({ number: '001-001-000000002' });
    await of.work();
    const done = await of.of(guide.id);
    expect(done).toMatchObject({ status: 'AUTHORIZED', kind: 'WAYBILL', guide: guide.id });
    expect(done.accessKey.slice(8, 10)).toBe('06');
    const xml = await of.textOf(done.xml);
    assertJudged(xml, 'guiaRemision', 'GuiaRemision_V1.1.0.xsd');
    expect(xml).toContain('<rucTransportista>1700000019001</rucTransportista>');
    expect(xml).toContain('<numDocSustento>001-001-000000001</numDocSustento>');
    expect(await of.textOf(done.ride)).toMatch(/^%PDF/);
  });

  it('is one for each delivery, until it is annulled', async () => {
    const delivery = await delivered();
    const guide = await issue(delivery.id);
    expect(await failure(issue(delivery.id))).toBe('NOT_UNIQUE');
    const { id, version } = await of.of(guide.id);
    await of.run('recordSriAnnulment', { id, version, annulledOn: '2026-11-22', reason: 'Placa errada' });
    expect(await issue(delivery.id, { journey: { plate: 'PBB-0001' } })).toMatchObject({
      number: '001-001-000000002',
      plate: 'PBB-0001',
    });
  });

  it('is not issued while something is missing, and takes no number then', async () => {
    const delivery = await delivered({ plate: 'PBA-1234' });
    expect(await failure(issue(delivery.id))).toBe('TRANSPORT_INCOMPLETE');
    const journey = { carrierName: 'T', carrierId: '1700000019001', carrierIdType: 'RUC' };
    const backwards = { ...journey, startsOn: '2026-11-24', endsOn: '2026-11-23' };
    expect(await failure(issue(delivery.id, { journey: backwards }))).toBe('TRANSPORT_INCOMPLETE');
    const lines = [{ description: 'Sillas', quantity: '1', unitPrice: '20' }];
    const draft = await of.run('createDelivery', { account: of.account, lines });
    expect(await failure(issue(draft.id))).toBe('INVALID_STATE');
    expect(await issue(delivery.id, { journey })).toMatchObject({ number: '001-001-000000001' });
  });
});
