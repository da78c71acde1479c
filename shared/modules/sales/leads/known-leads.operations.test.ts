import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ownRules, partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import type { LeadRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let [ana, bea]: readonly string[] = [];
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', bea = ''] = await makePeople(domain, ['Ana', 'Bea']);
});

const seller = (id = '') =>
  person(domain, id, { rules: { ...ownRules, operations: ['handOverRequest.*', 'quality.*'] } });
const rosa = { firstName: 'Rosa', lastName: 'Vera', email: 'rosa@vera.ec', phone: '0991112223' };
const capture = (values: object, by?: string) =>
  domain.run<LeadRow>('createLead', { keep: true, ...values }, seller(by));
const ask = (input: object, by?: string) =>
  domain.run<AnyRow>('askForHandOver', { input, type: 'Lead', reason: 'I met her.' }, seller(by));

describe('a lead that somebody works on already', () => {
  it.each([{ email: 'rosa@vera.ec' }, { phone: '0991112223' }])('is not made again: %j', async (reached) => {
    await capture(rosa, ana);
    await domain.settle();
    const again = capture({ lastName: 'V.', ...reached, unlessDuplicate: true }, bea);
    await expect(again).rejects.toThrow(/Somebody else already works on whom you enter/);
    expect(await failure(capture({ lastName: 'V.', ...reached }, bea))).toBe('nothing failed');
  });

  it('is asked for by how it is reached, and becomes the asker’s', async () => {
    const lead = await capture(rosa, ana);
    await domain.settle();
    expect(await failure(ask({ emails: ['nobody@vera.ec'] }, bea))).toBe('NOT_HANDLED');
    const request = await ask({ emails: ['rosa@vera.ec'] }, bea);
    expect(request).toMatchObject({ recordType: 'Lead', askedOf: ana, record: lead.id });
    await domain.run('acceptHandOver', { id: request.id }, seller(ana));
    expect(await domain.reader().records([lead.id])).toEqual(
      new Map([[lead.id, expect.objectContaining({ owner: bea, ownerId: bea })]]),
    );
  });

  it('is free once it was put aside', async () => {
    const lead = await capture(rosa, ana);
    await domain.run('disqualifyLead', { id: lead.id, reason: 'No.' });
    await domain.settle();
    expect(await failure(capture({ ...rosa, unlessDuplicate: true }, bea))).toBe('nothing failed');
  });
});

describe('leads of one’s own make', () => {
  it('take fields of the tenant’s own, which count for their quality', async () => {
    const field = { recordType: 'Lead', key: 'booth', kind: 'TEXT', labels: { es: 'Estand', en: 'Booth' } };
    await domain.run('createCustomField', field);
    const weights = [{ field: 'custom.booth', weight: 1 }];
    await domain.run('setQualityStandard', { recordType: 'Lead', weights });
    const lead = await capture({ ...rosa, custom: { booth: 'B7' } }, ana);
    expect(lead).toMatchObject({ custom: { booth: 'B7' } });
    const changed = await domain.run<LeadRow>('updateLead', { id: lead.id, version: 1, company: 'Acme' }, seller(ana));
    expect(changed).toMatchObject({ company: 'Acme', custom: { booth: 'B7' } });
    expect(await failure(capture({ lastName: 'X', custom: { unheard: 1 } }, ana))).toBe('BAD_INPUT');
    await domain.settle();
    const entries = async () =>
      (await domain.run<{ entries: object[] }>('qualityIssues', { of: 'Lead' }, seller(ana))).entries;
    expect(await entries()).toEqual([]);
    await domain.run('updateLead', { id: lead.id, version: 2, custom: { booth: null } }, seller(ana));
    await domain.settle();
    expect(await entries()).toMatchObject([{ issues: ['INCOMPLETE'], missing: ['custom.booth'] }]);
  });
});
