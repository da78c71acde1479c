import { fromDecimal, type Context } from '#kernel';
import { Product } from '#modules/catalog/products';
import { ActivityType, createActivity } from '#modules/engagement/activities';
import { createAccount } from '#modules/parties/accounts';
import { createContact } from '#modules/parties/contacts';
import { Pipeline } from '#modules/platform/flows';
import type { SampleData } from '#modules/platform/tenants';
import { createOpportunity } from '#modules/sales/opportunities';
import { dayLater, sampleCustomers, sampleProducts, type SampleCustomer } from './samples.rules.ts';

/** By this label a person finds what was never real. */
const tags = ['sample'];

/** A first look at a product that works: four customers with their business, from the first visit to the sale. */
export const sampleBusiness: SampleData = {
  name: 'business',
  async run(context) {
    const { actor, data, trusted } = context;
    for (const { sku, name, kind, price } of sampleProducts) {
      data(Product).create({
        sku,
        name: name[actor.locale],
        kind,
        listPrice: fromDecimal(price, actor.currency),
        tags,
      });
    }
    const { rows } = await trusted(ActivityType).page('all', { first: 100 });
    const pipelines = (await trusted(Pipeline).list({ first: 10 })).rows;
    const pipeline = pipelines.find(({ subject }) => subject === 'OPPORTUNITY');
    const usual = { types: new Map(rows.map(({ key, id }) => [key, id])), pipeline: pipeline?.id };
    for (const customer of sampleCustomers) await addCustomer(context, customer, usual);
  },
};

/** What a new tenant begins with. */
type Usual = { readonly types: ReadonlyMap<string, string>; readonly pipeline: string | undefined };

const addCustomer = async (
  context: Context,
  { name, sector, contact, business, next }: SampleCustomer,
  usual: Usual,
): Promise<void> => {
  const { actor, clock, run } = context;
  const [language, today] = [actor.locale, clock.today()];
  const kinds = business.stage === 'WON' ? (['CUSTOMER'] as const) : (['PROSPECT'] as const);
  const { id: account } = await run(createAccount, { values: { name, sector: sector[language], kinds, tags } });
  const { id: person } = await run(createContact, {
    values: { ...contact, jobTitle: contact.jobTitle[language], account, tags },
  });
  const type = usual.types.get(next.type);
  if (usual.pipeline === undefined || type === undefined) return;
  const { id: opportunity } = await run(createOpportunity, {
    stage: business.stage,
    values: {
      name: business.name[language],
      account,
      contact: person,
      pipeline: usual.pipeline,
      amount: fromDecimal(business.amount, actor.currency),
      expectedCloseOn: dayLater(today, business.closesInDays),
      tags,
    },
  });
  const dueAt = `${dayLater(today, next.inDays)}T20:00:00.000Z`;
  await run(createActivity, {
    values: { subject: next.subject[language], type, account, contact: person, opportunity, dueAt, tags },
  });
};
