// The data of the bench: rows as the product writes them, multiplied without its API, with all of their read models.
import { derivedId, type AnyEntity, type AnyRow, type Item, type Write } from '#kernel';
import { projectedItem, targetOf } from '#kernel/read-model';
import { rollupPartition } from '#kernel/rollup-cells';
import type { Contribution } from '#kernel/projection';
import { openReader } from '#kernel/execute';
import { toItem } from '#kernel/rows';
import { newMeter } from '#kernel/table';
import type { Product } from './product.ts';

/** What the measured operations start from. */
export type Data = {
  /** Rows of the tenant now. */
  readonly size: number;
  /** An account with `focus` many contacts, opportunities and activities. */
  readonly account: string;
  readonly contact: string;
  readonly opportunity: string;
  readonly pipeline: string;
};

/** Grows the tenant's data to a number of rows. */
export type Grow = (size: number) => Promise<Data>;

/** Of ten rows: accounts, contacts, opportunities, activities. */
const mix = ['Account', 'Contact', 'Opportunity', 'Activity', 'Contact', 'Opportunity', 'Activity', 'Contact'] as const;
type Kind = (typeof mix)[number];

/** Children of the account whose overview is measured; the others have a few each. */
const focus = { Contact: 25, Opportunity: 60, Activity: 40 } as const;
const sellers = 20;
const written = 1_000;
const inFlight = 4;

/** Beyond so many rows, search words and links are written for every tenth row only: they are six times as many items. */
const small = 1_000;
const sampled = 10;

const given = ['Ana', 'Luis', 'María', 'Jorge', 'Carmen', 'Pedro', 'Lucía', 'Diego', 'Elena', 'Andrés', 'Rosa', 'Iván'];
const family = ['Vera', 'Molina', 'Paredes', 'Luna', 'Dueñas', 'Cedeño', 'Zambrano', 'Mora', 'Ortiz', 'Ríos', 'Salas'];
const trades = ['Ferretería', 'Farmacia', 'Clínica', 'Hotel', 'Librería', 'Taller', 'Bodega', 'Panadería', 'Notaría'];
const stages = ['PROSPECTING', 'ENGAGING', 'PROPOSAL', 'DECISION', 'WON', 'LOST'];

const pick = (from: readonly string[], index: number): string => from[index % from.length] ?? '';

type Templates = Readonly<Record<Kind, { readonly of: AnyEntity; readonly row: AnyRow; readonly item: Item }>>;

/** Makes the first records through the API and answers what multiplies them. */
export const openData = async (product: Product): Promise<Grow> => {
  const ids = await firstRecords(product);
  const templates = await templatesOf(product, ids);
  const cells = new Map<string, Totals>();
  let size = 0;
  return async (wanted) => {
    for (; size < wanted; size += written) {
      const count = Math.min(written, wanted - size);
      const rows = Array.from({ length: count }, (_, index) => rowOf(product, ids, templates, size + index));
      await store(product, templates, rows, cells, size < small);
    }
    await writeCells(product, cells);
    return { size: wanted, ...ids };
  };
};

type Ids = Omit<Data, 'size'> & { readonly activity: string };

const firstRecords = async (product: Product): Promise<Ids> => {
  const { data } = await product.ask<{ pipelines: Named; activityTypes: Named }>(
    '{ pipelines { nodes { id } } activityTypes { nodes { id } } }',
  );
  const [pipeline = '', type = ''] = [data.pipelines, data.activityTypes].map(({ nodes }) => nodes[0]?.id);
  const account = await made(product, 'Account', {
    name: 'Ferretería Vera S.A.',
    email: 'info@vera.example.com',
  });
  const contact = await made(product, 'Contact', { ...contactInput(0), account });
  const amount = { amount: '1500.00', currency: 'USD' };
  const opportunity = await made(product, 'Opportunity', {
    ...{ name: 'Equipamiento de la bodega', account, contact, amount, expectedCloseOn: '2026-12-15' },
  });
  const startsAt = '2026-12-01T15:00:00Z';
  const activity = await made(product, 'Activity', { subject: 'Visita de seguimiento', type, account, startsAt });
  return { account, contact, opportunity, activity, pipeline };
};

type Named = { readonly nodes: readonly { readonly id: string }[] };

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[^a-z]/gi, '')
    .toLowerCase();

/** A contact as a person would type it. */
export const contactInput = (index: number): Readonly<Record<string, unknown>> => ({
  firstName: pick(given, index),
  lastName: `${pick(family, index)} ${pick(family, index * 7 + 3)}`,
  jobTitle: 'Jefa de compras',
  email: `${plain(pick(given, index))}.${plain(pick(family, index))}@example.com`,
  phone: `+5939${String(10_000_000 + (index % 89_999_999))}`,
});

const made = async (product: Product, entity: Kind, input: object): Promise<string> => {
  const field = entity.toLowerCase();
  const { data } = await product.ask<{ made: Record<string, { id: string } | null> & { userErrors: unknown } }>(
    `mutation Make($input: Create${entity}Input!) { made: create${entity}(input: $input) { ${field} { id } userErrors { code message } } }`,
    { input },
  );
  const id = data.made[field]?.id;
  if (id === undefined) throw new Error(`${entity}: ${JSON.stringify(data.made.userErrors)}`);
  return id;
};

const templatesOf = async ({ runtime, actor, table }: Product, ids: Ids): Promise<Templates> => {
  const { context } = openReader({ runtime, actor, table, meter: newMeter() });
  const one = async (name: Kind, id: string) => {
    const of = runtime.registry.entity(name);
    const item = await table.get({ pk: `${actor.tenant}#${id}`, sk: 'row' });
    if (!item) throw new Error(`${name} ${id} was not written.`);
    return { of, item, row: (await context.data(of).get(id)) as AnyRow };
  };
  const [Account, Contact, Opportunity, Activity] = await Promise.all([
    one('Account', ids.account),
    one('Contact', ids.contact),
    one('Opportunity', ids.opportunity),
    one('Activity', ids.activity),
  ]);
  return { Account, Contact, Opportunity, Activity };
};

type Made = { readonly kind: Kind; readonly row: AnyRow };

/** The first accounts and the children of the measured one come early, so that every size has them. */
const rowOf = ({ actor }: Product, ids: Ids, templates: Templates, index: number): Made => {
  const kind = pick(mix, index) as Kind;
  const { row, of } = templates[kind];
  const turn = Math.floor(index / mix.length);
  const isMine = turn % sellers === 0 || turn < 60;
  const owner = isMine ? (actor.userId ?? '') : derivedId('usr', 'bench', [String(turn % sellers)]);
  const id = derivedId(of.idPrefix, 'bench', [String(index)]);
  const account = kind !== 'Account' && turn < focus[kind] ? ids.account : accountOf(turn);
  return {
    kind,
    row: { ...row, ...own(kind, index, ids), id, owner, ownerId: owner, ...(kind !== 'Account' && { account }) },
  };
};

/** Ten turns share an account. */
const accountOf = (turn: number): string => derivedId('acc', 'bench', [String(Math.floor(turn / 10) * mix.length)]);

const own = (kind: Kind, index: number, { pipeline }: Ids): Readonly<Record<string, unknown>> => {
  const day = `2026-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`;
  const name = `${pick(trades, index)} ${pick(family, index * 5)} ${String(index)}`;
  switch (kind) {
    case 'Account':
      return { name, mainContact: undefined };
    case 'Contact': {
      const input = contactInput(index);
      return { ...input, name: `${String(input['firstName'])} ${String(input['lastName'])}` };
    }
    case 'Opportunity': {
      const stage = pick(stages, index);
      const closed = stage === 'WON' || stage === 'LOST';
      const standing = { stage, place: `${pipeline}/${stage}`, stageKind: closed ? stage : 'OPEN' };
      return { ...standing, name: `Equipamiento ${name}`, expectedCloseOn: day, ...(closed && { closedOn: day }) };
    }
    case 'Activity':
      return { agendaAt: `${day}T15:00:00.000Z`, startsAt: `${day}T15:00:00.000Z`, subject: `Visita ${name}` };
  }
};

type Totals = { readonly key: { readonly pk: string; readonly sk: string }; readonly amounts: Contribution['amounts'] };

const store = async (
  { table, runtime, actor }: Product,
  templates: Templates,
  made: readonly Made[],
  cells: Map<string, Totals>,
  isSmall: boolean,
): Promise<void> => {
  const items = made.flatMap(({ kind, row }, index) => {
    const hasReadModels = isSmall || index % sampled === 0;
    const { of, item } = templates[kind];
    const rowItem = toItem(of, actor.tenant, row, item['event'] as Parameters<typeof toItem>[3]);
    if (!hasReadModels && kind !== 'Opportunity') return [rowItem];
    const target = targetOf(runtime.registry, rowItem);
    for (const share of target.shares) addShare(actor.tenant, cells, share);
    const readModels = (hasReadModels ? target.items : []).map((each) => projectedItem(actor.tenant, each));
    return [rowItem, ...readModels];
  });
  const puts = items.map((item) => ({ kind: 'put', item }) as const satisfies Write);
  const part = Math.ceil(puts.length / inFlight);
  await Promise.all(
    Array.from({ length: inFlight }, (_, index) => table.batchWrite(puts.slice(index * part, (index + 1) * part))),
  );
};

type Share = ReturnType<typeof targetOf>['shares'][number];

const addShare = (tenant: string, cells: Map<string, Totals>, share: Share): void => {
  const key = {
    pk: rollupPartition(tenant, share.rollup, share.partition),
    sk: `${share.cell}#${String(share.shard)}`,
  };
  const name = `${key.pk} ${key.sk}`;
  const known: Contribution['amounts'] = cells.get(name)?.amounts ?? {};
  const sum = Object.entries(share.amounts).map(([of, amount]) => [of, (known[of] ?? 0) + amount] as const);
  cells.set(name, { key, amounts: { ...known, ...Object.fromEntries(sum) } });
};

const writeCells = ({ table }: Product, cells: ReadonlyMap<string, Totals>): Promise<void> =>
  table.batchWrite([...cells.values()].map(({ key, amounts }) => ({ kind: 'put', item: { ...key, ...amounts } })));
