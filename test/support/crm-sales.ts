// The tables of crm-sales and how they enter: the same steps on the engine and over the public API.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = join(process.env['LAZO_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'), 'data/crm-sales');

/** Whether the data is on this machine. */
export const hasCrmSales = existsSync(join(folder, 'sales_pipeline.csv'));

/** A table as it came. */
export const crmTable = (name: string): Buffer => readFileSync(join(folder, name));

/** One import: a table, what its rows become, and the mapping. */
export type ImportStep = {
  readonly title: string;
  readonly file: string;
  readonly entity: string;
  readonly plan: Readonly<Record<string, unknown>>;
};

const by = (field: string, column: string, more: object = {}) => ({ field, column, ...more });

/** The opportunities; `GTXPro` is a product that the catalogue spells otherwise. */
export const opportunitiesStep = (aliases: readonly { readonly from: string; readonly to: string }[]): ImportStep => ({
  title: 'opportunities',
  file: 'sales_pipeline.csv',
  entity: 'Opportunity',
  plan: {
    matchBy: 'externalId',
    rules: [
      by('externalId', 'opportunity_id'),
      { field: 'name', template: '{product} {opportunity_id}' },
      by('owner', 'sales_agent', { lookupBy: 'name' }),
      by('products.product', 'product', { lookupBy: 'name', values: aliases }),
      by('account', 'account', { lookupBy: 'name' }),
      by('stage', 'deal_stage'),
      by('stageEnteredOn', 'engage_date'),
      by('closedOn', 'close_date'),
      by('amount', 'close_value', { currency: 'USD' }),
    ],
  },
});

/** What enters before the opportunities. */
export const crmSteps: readonly ImportStep[] = [
  {
    title: 'regional offices as teams',
    file: 'sales_teams.csv',
    entity: 'Team',
    plan: { matchBy: 'name', rules: [by('name', 'regional_office')] },
  },
  {
    title: 'managers',
    file: 'sales_teams.csv',
    entity: 'User',
    plan: { matchBy: 'name', rules: [by('name', 'manager'), { field: 'jobTitle', fallback: 'Sales manager' }] },
  },
  {
    title: 'agents',
    file: 'sales_teams.csv',
    entity: 'User',
    plan: {
      matchBy: 'name',
      rules: [
        by('name', 'sales_agent'),
        { field: 'email', template: '{sales_agent}@crm-sales.example' },
        by('manager', 'manager'),
        by('team', 'regional_office'),
      ],
    },
  },
  {
    title: 'accounts',
    file: 'accounts.csv',
    entity: 'Account',
    plan: {
      matchBy: 'name',
      rules: [
        by('name', 'account'),
        by('sector', 'sector'),
        by('foundedYear', 'year_established'),
        by('revenue', 'revenue', { currency: 'USD' }),
        by('employees', 'employees'),
        by('addresses.country', 'office_location', { values: countries() }),
        by('parent', 'subsidiary_of'),
      ],
    },
  },
  {
    title: 'products',
    file: 'products.csv',
    entity: 'Product',
    plan: {
      matchBy: 'sku',
      rules: [
        by('name', 'product'),
        by('sku', 'product'),
        by('family', 'series'),
        by('listPrice', 'sales_price', { currency: 'USD' }),
      ],
    },
  },
];

function countries() {
  const codes = {
    'United States': 'US',
    Kenya: 'KE',
    Philipines: 'PH',
    Japan: 'JP',
    Italy: 'IT',
    Norway: 'NO',
    Korea: 'KR',
    Jordan: 'JO',
    Brazil: 'BR',
    Germany: 'DE',
    Panama: 'PA',
    Belgium: 'BE',
    Romania: 'RO',
    Poland: 'PL',
    China: 'CN',
  };
  return Object.entries(codes).map(([from, to]) => ({ from, to }));
}
