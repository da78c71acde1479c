// Values for any entity, made from its declaration: enough to create a record of it and all that it refers to.
import type { AnyEntity, AnyField, FieldMap, Registry, Shape } from '#kernel';
import { defaultPipeline } from '#modules/platform/flows';

/** Makes a record of an entity and answers its id. */
export type MakeRecord = (entity: string) => Promise<string>;

type Values = Readonly<Record<string, unknown>>;

/** What a declaration alone does not say: values that rules of the entity ask for. */
const particulars: Readonly<Record<string, (count: number, make: MakeRecord) => Values | Promise<Values>>> = {
  Agreement: async (count, make) => ({
    name: `Agreement ${String(count)}`,
    account: await make('Account'),
    currency: 'USD',
    startsOn: '2026-01-01',
    endsOn: '2026-12-31',
    tiers: [{ from: '0', percent: '2' }],
  }),
  AlertRule: (count) => ({
    name: `Alert ${String(count)}`,
    trigger: { kind: 'EVENT', on: 'account.created' },
    steps: [{ afterMinutes: 0, to: 'OWNER' }],
  }),
  AdAudience: (count) => ({ name: `Audience ${String(count)}`, platform: 'META', destination: '1234567890' }),
  AssignmentRule: async (count, make) => ({ name: `Rule ${String(count)}`, how: 'TEAM', team: await make('Team') }),
  MailRule: (count) => ({
    name: `Rule ${String(count)}`,
    on: 'account.created',
    to: [{ kind: 'OWNER' }],
    template: 'message',
  }),
  Suppression: (count) => ({ address: `stop${String(count)}@example.com`, reason: 'MANUAL' }),
  Tenant: (count) => ({
    name: `Tenant ${String(count)}`,
    country: 'EC',
    currency: 'USD',
    locale: 'es',
    timeZone: 'America/Guayaquil',
  }),
  ApprovalPolicy: (count) => ({
    name: `Policy ${String(count)}`,
    kind: `kind-${String(count)}`,
    steps: [{ by: 'MANAGER' }],
  }),
  CommissionPlan: async (count, make) => ({
    name: `Plan ${String(count)}`,
    currency: 'USD',
    startsOn: '2026-01-01',
    members: [await make('User')],
  }),
  Bot: (count) => ({ name: `Bot ${String(count)}`, lines: [], rules: [] }),
  CannedAnswer: (count) => ({ key: `answer-${String(count)}`, title: 'Hours', es: 'De 8 a 18.' }),
  ChannelAccount: (count) => ({ name: `Line ${String(count)}`, kind: 'TELEGRAM' }),
  Contact: (count) => ({ firstName: 'Ana', lastName: `Vera ${String(count)}` }),
  CustomField: (count) => ({
    recordType: 'Account',
    key: `field${String(count)}`,
    kind: 'TEXT',
    labels: { es: 'Campo', en: 'Field' },
  }),
  Expense: () => ({
    category: 'MEALS',
    spentOn: '2026-11-20',
    description: 'Lunch',
    amount: { minor: 1000, currency: 'USD' },
  }),
  Form: (count) => ({
    name: `Form ${String(count)}`,
    title: { es: 'Contacto', en: 'Contact' },
    fields: [{ key: 'note', kind: 'TEXT', label: { es: 'Nota', en: 'Note' }, required: false, options: [], types: [] }],
  }),
  ExpensePolicy: (count) => ({ name: `Policy ${String(count)}`, kind: 'PER_DIEM', rate: '40' }),
  EmissionPoint: (count) => ({ code: `001-${String(count % 1000).padStart(3, '0')}` }),
  Lead: (count) => ({ lastName: `Vera ${String(count)}` }),
  MailTemplate: (count) => ({
    key: `template-${String(count)}`,
    name: `Template ${String(count)}`,
    es: { subject: 'Hola', body: 'Hola {{ name }}' },
  }),
  // Types of cases ask for one of their own subject; opportunities do not look.
  Pipeline: (count) => ({ ...defaultPipeline, name: `Pipeline ${String(count)}`, subject: 'CASE', isDefault: false }),
  Price: (count) => ({ group: `Group ${String(count)}`, entries: [{ price: '1' }] }),
  SpecialPrice: async (_count, make) => ({ account: await make('Account'), entries: [{ price: '1' }] }),
  Catalogue: (count) => ({ name: `Catalogue ${String(count)}`, families: ['Juices'], validUntil: '2099-12-31' }),
  Promotion: (count) => ({ name: `Promotion ${String(count)}`, kind: 'PERCENT', value: '5' }),
  QuoteLimit: (count) => ({ name: `Limit ${String(count)}`, mostDiscount: '10' }),
  PaymentPromise: async (_count, make) => ({
    account: await make('Account'),
    amount: { minor: 1000, currency: 'USD' },
    promisedOn: '2026-12-31',
    invoices: [await make('Invoice')],
    by: 'Ana',
  }),
  InstalmentPlan: async (_count, make) => ({
    account: await make('Account'),
    invoices: [await make('Invoice')],
    instalments: ['2027-01-31', '2027-02-28'].map((dueOn) => ({ dueOn, amount: { minor: 500, currency: 'USD' } })),
    by: 'Ana',
  }),
  Segment: (count) => ({ name: `Segment ${String(count)}`, recordType: 'Account' }),
  SettingPolicy: async (_count, make) => ({ kind: 'PIPELINE', key: await make('Pipeline') }),
  // One issuer of a tenant is active.
  SriIssuer: () => ({ ruc: '1790016919001', legalName: 'Issuer', mainAddress: 'Quito', active: false }),
  Sequence: async (count, make) => ({
    name: `Sequence ${String(count)}`,
    of: 'Account',
    steps: [
      {
        key: 'CALL',
        activityType: await make('ActivityType'),
        subject: 'Call',
        offset: { amount: 1, unit: 'WORKING_DAYS', from: 'PREVIOUS' },
        branches: [],
      },
    ],
  }),
  Workflow: (count) => ({
    name: `Workflow ${String(count)}`,
    trigger: { kind: 'MANUAL', changed: [], leaves: false, working: false },
    steps: [{ key: 'DONE', kind: 'stop', input: {}, routes: [] }],
  }),
  TrackedSite: (count) => ({ name: `Site ${String(count)}`, origins: ['https://www.example.com'] }),
  Wholesaler: async (count, make) => ({
    ...{ account: await make('Account'), name: `Wholesaler ${String(count)}`, channel: 'FILE' },
  }),
  Zone: (count) => ({ key: `Zone ${String(count)}`, labels: { es: 'Zona', en: 'Zone' }, kind: 'OWN' }),
  WebhookEndpoint: (count) => ({
    name: `Endpoint ${String(count)}`,
    url: `https://partner.example/hooks/${String(count)}`,
    eventTypes: ['*'],
  }),
};

let count = 0;

/** Required values of an entity's creation, as rows hold them; refs are made on the way. */
export const sampleOf = async (of: AnyEntity, make: MakeRecord): Promise<Values> => {
  count += 1;
  const particular = await particulars[of.name]?.(count, make);
  return particular ?? requiredOf(of.fields, make);
};

/** Every required and derived value: what a row needs that is stored without its operation. */
export const completeOf = async (of: AnyEntity, make: MakeRecord): Promise<Values> => {
  const derived = await valuesOf(of.fields, ({ presence }) => presence === 'derived', make);
  const { [of.states?.field ?? '']: _state, ...rest } = derived;
  return { ...rest, ...(await sampleOf(of, make)) };
};

const requiredOf = (fields: FieldMap, make: MakeRecord): Promise<Values> =>
  valuesOf(fields, ({ presence }) => presence === 'required', make);

const valuesOf = async (fields: FieldMap, wanted: (field: AnyField) => boolean, make: MakeRecord): Promise<Values> => {
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields))
    if (wanted(field)) values[name] = await valueOf(field.shape, name, make);
  return values;
};

/** A value of a shape, another one each time where it may have to be unique. */
export const valueOf = async (shape: Shape, name: string, make: MakeRecord): Promise<unknown> => {
  count += 1;
  switch (shape.kind) {
    case 'ref':
      return make(shape.to === '*' ? 'Account' : shape.to);
    case 'list':
      return [];
    case 'object':
      return requiredOf(shape.fields, make);
    case 'parts':
      return [await requiredOf(shape.fields, make)];
    default:
      return plainValue(shape, name);
  }
};

const plainValue = (shape: Shape, name: string): unknown => {
  switch (shape.kind) {
    case 'text':
      return shape.pattern
        ? matching(shape.pattern)
        : `${name} ${String(count)}`.slice(0, shape.max).padEnd(shape.min ?? 0, 'x');
    case 'choice':
      return shape.options[0];
    case 'number':
    case 'integer':
      return Math.max(shape.min ?? 1, 1);
    case 'decimal':
    case 'percent':
      return '1';
    case 'boolean':
      return false;
    case 'tags':
      return [];
    case 'json':
      return {};
    default:
      return byKind[shape.kind as keyof typeof byKind]();
  }
};

const byKind = {
  longText: () => 'Text',
  date: () => '2026-12-31',
  dateTime: () => '2026-12-31T12:00:00.000Z',
  money: () => ({ minor: 1000, currency: 'USD' }),
  email: () => `person${String(count)}@example.com`,
  phone: () => '+593991234567',
  url: () => 'https://example.com',
} as const;

/** A text of capitals and digits, which the patterns of keys take; a month or a day where they ask for one. */
const matching = (pattern: RegExp): string => {
  const candidates = [
    `K${String(count)}`,
    `k${String(count)}`,
    '2026-11',
    '2026-11-22',
    'https://example.com',
    'FREQ=WEEKLY',
    '1790016919001',
    'EC',
    'USD',
    'es',
  ];
  const found = candidates.find((candidate) => pattern.test(candidate));
  if (found === undefined)
    throw new Error(`No sample fits ${String(pattern)}; add one to test/conformance/samples.ts.`);
  return found;
};

/** Values as the API takes them: money is an amount there. */
export const spoken = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(spoken);
  if (typeof value !== 'object' || value === null) return value;
  if ('minor' in value && 'currency' in value)
    return { amount: (Number(value.minor) / 100).toFixed(2), currency: value.currency };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, spoken(inner)]));
};

/** The entities that clients see. */
export const publicEntities = (registry: Registry): readonly AnyEntity[] =>
  [...registry.entities.values()].filter((of) => !of.internal);
