// Paging through all contacts of a tenant: nobody is lost or shown twice, and no page costs more than the first one.
import { describe, expect, it } from '@jest/globals';
import { execute, openReader } from '#kernel/execute';
import { newMeter } from '#kernel/table';
import { modules } from '#modules';
import { Contact } from '#modules/parties/contacts';
import { startDomain, type Domain } from '../support/domain.ts';
import { withTenantTable } from '../support/engine.ts';

const contacts = process.env['LAZO_LOAD'] === 'full' ? 10_000 : 1_000;
const atOnce = 20;
const perPage = 100;

const tenanted = withTenantTable();

describe('listing', () => {
  it(`pages through ${String(contacts)} contacts by name, each page for the price of the first`, async () => {
    const { table, tenant } = tenanted;
    const domain = startDomain({ modules, table, tenant });
    await createContacts(domain);
    const { names, prices } = await readAll(domain);
    expect(names).toHaveLength(contacts);
    expect(new Set(names).size).toBe(contacts);
    expect(names).toEqual(names.toSorted());
    // A page reads 100 rows of four shards; a shard that runs dry in the middle is asked once more.
    expect(Math.max(...prices.map(({ requests }) => requests))).toBeLessThanOrEqual(8);
    expect(Math.max(...prices.map(({ trips }) => trips))).toBeLessThanOrEqual(2);
  }, 600_000);
});

/** Names that sort as they are numbered, made out of order. */
const createContacts = async ({ runtime, actor }: Domain): Promise<void> => {
  const create = runtime.registry.operations.get('createContact');
  if (!create) throw new Error('There is no operation createContact.');
  const call = { runtime, actor: actor(), table: runtime.ports.table, meter: newMeter() };
  const nameOf = (index: number): string => String((index * 7_919) % contacts).padStart(6, '0');
  for (let start = 0; start < contacts; start += atOnce)
    await Promise.all(
      Array.from({ length: atOnce }, (_, index) =>
        execute(call, create, { firstName: `Contact ${nameOf(start + index)}` }),
      ),
    );
};

const readAll = async ({ runtime, actor }: Domain) => {
  const names: string[] = [];
  const prices: { readonly requests: number; readonly trips: number }[] = [];
  let after: string | undefined;
  do {
    const meter = newMeter();
    const { context } = openReader({ runtime, actor: actor(), table: runtime.ports.table.metered(meter), meter });
    const page = await context.data(Contact).list({
      first: perPage,
      orderBy: { field: 'name', descending: false },
      ...(after !== undefined && { after }),
    });
    names.push(...page.rows.map(({ name }) => name));
    prices.push({ requests: meter.requests, trips: meter.trips });
    after = page.hasNextPage ? page.endCursor : undefined;
  } while (after !== undefined);
  return { names, prices };
};
