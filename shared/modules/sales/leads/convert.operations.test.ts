import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { defaultPipeline } from '#modules/platform/flows';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  await domain.run('createPipeline', defaultPipeline);
});

type Converted = Readonly<Record<'lead' | 'account' | 'contact' | 'opportunity', AnyRow>> & {
  readonly reused: readonly string[];
};
const capture = (values: object = {}) =>
  domain.run<AnyRow>('createLead', { firstName: 'Rosa', lastName: 'Vera', company: 'Acme', ...values });
const convert = (lead: AnyRow, more: object = {}, actor = domain.actor()) =>
  domain.run<Converted>('convertLead', { id: lead.id, ...more }, actor);
const count = async (entity: string) =>
  (await domain.reader().data(domain.registry.entity(entity)).list({ first: 100 })).rows.length;

describe('a conversion', () => {
  it('makes account, contact and opportunity of a lead in one write', async () => {
    const product = await domain.run<AnyRow>('createProduct', { name: 'Chair', sku: 'C1' });
    const lead = await capture({
      email: 'rosa@acme.ec',
      phone: '0991234567',
      source: 'WEB',
      captureReason: 'Growth',
      products: [product.id],
      address: { city: 'Quito' },
    });
    const opportunity = { name: 'Chairs', amount: { minor: 5_000, currency: 'USD' } };
    const made = await convert(lead, { version: 1, opportunity });
    expect(made.account).toMatchObject({
      name: 'Acme',
      lifecycle: 'LEAD',
      source: 'WEB',
      captureReason: 'Growth',
      city: 'Quito',
      version: 1,
    });
    expect(made.contact).toMatchObject({ name: 'Rosa Vera', email: 'rosa@acme.ec', account: made.account.id });
    expect(made.opportunity).toMatchObject({
      ...opportunity,
      account: made.account.id,
      contact: made.contact.id,
      source: 'WEB',
      products: [{ product: product.id }],
    });
    expect(made.lead).toMatchObject({
      status: 'CONVERTED',
      account: made.account.id,
      opportunity: made.opportunity.id,
    });
    expect(made.reused).toEqual([]);
    expect(await failure(domain.run('updateLead', { id: lead.id, version: 2, company: 'x' }))).toBe('LEAD_CONVERTED');
  });

  it('twice, or with the same key, answers what there is', async () => {
    const lead = await capture();
    const first = await convert(lead);
    await domain.settle();
    const second = await convert(lead);
    expect([second.account.id, second.contact.id, second.opportunity.id]).toEqual([
      first.account.id,
      first.contact.id,
      first.opportunity.id,
    ]);
    expect(await count('Account')).toBe(1);
  });

  it.each([
    ['its tax number', { taxId: '1790016919001' }, { taxId: '1790016919001' }, {}],
    ['its e-mail address', { email: 'rosa@acme.ec' }, {}, { email: 'ROSA@acme.ec' }],
    ['its phone', { phone: '0991234567' }, {}, { phone: '+593991234567' }],
  ])('uses the account and contact that are known by %s', async (_, given, accounts, contacts) => {
    const account = await domain.run<AnyRow>('createAccount', { name: 'Acme S.A.', ...accounts });
    const contact = await domain.run<AnyRow>('createContact', { firstName: 'R', account: account.id, ...contacts });
    await domain.settle();
    const isKnown = Object.keys(contacts).length > 0;
    const made = await convert(await capture(given));
    expect(made.account).toMatchObject({ id: account.id, lifecycle: 'LEAD' });
    expect(made.reused).toEqual(isKnown ? ['ACCOUNT', 'CONTACT'] : ['ACCOUNT']);
    expect(made.contact.id === contact.id).toBe(isKnown);
    expect(await count('Account')).toBe(1);
  });

  it('of a person makes a person, of a company without one no contact', async () => {
    const alone = await domain.run<AnyRow>('createLead', { lastName: 'Vera', email: 'v@x.ec' });
    const made = await convert(alone, { withoutOpportunity: true });
    expect(made.account).toMatchObject({ type: 'PERSON', name: 'Vera', email: 'v@x.ec' });
    expect(made).not.toHaveProperty('opportunity');
    const company = await domain.run<AnyRow>('createLead', { company: 'Acme' });
    expect(await convert(company)).not.toHaveProperty('contact');
  });

  it('stops, with nothing written, where somebody else handles the account', async () => {
    const [ana = '', bea = ''] = await makePeople(domain, ['Ana', 'Bea']);
    await domain.run<AnyRow>('createAccount', { name: 'Acme', owner: bea, taxId: '1790016919001' });
    const lead = await capture({ taxId: '1790016919001', owner: ana });
    await domain.settle();
    const anas = person(domain, ana, {
      rules: { ...teamRules, operations: ['lead.*'] },
      teamMembers: [ana],
    });
    expect(await failure(convert(lead, {}, anas))).toBe('HELD_BY_OTHER');
    const found = await domain.run('leadMatches', { id: lead.id }, anas);
    expect(found).toEqual({ handledBy: 'Bea' });
    expect([await count('Contact'), await count('Opportunity')]).toEqual([0, 0]);
  });

  it('leaves nothing behind when one of its parts is refused', async () => {
    const lead = await capture({ taxId: '17' });
    expect(await failure(convert(lead))).toBe('TAX_ID_MALFORMED');
    expect(await failure(convert(await capture(), { version: 9 }))).toBe('STALE_VERSION');
    expect(await count('Account')).toBe(0);
  });
});
