import { beforeEach, describe, expect, it } from '@jest/globals';
import { customFields, entity, module, newMeter, noOwner, text, type AnyRow, type Runtime, type Table } from '#kernel';
import { execute } from '#kernel/execute';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';
import { actorFor, customFieldsOf } from './index.ts';

const Boiler = entity('Boiler', {
  idPrefix: 'boi',
  describes: 'It heats.',
  fields: { name: text({ describes: 'What it is called.' }), custom: customFields() },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create'],
  title: ({ name }) => name,
});

const tenanted = withTenantTable();
const tenant = (): string => tenantIdOf(tenanted.tenant);
const modules = [...tenantModules, module('test/boilers', { entities: [Boiler] })];

/** A container: what it remembers is its own. */
type Container = { readonly domain: Domain; readonly runtime: Runtime; reads(): number };

const openContainer = (): Container => {
  let reads = 0;
  const counted = (table: Table): Table => ({
    ...table,
    query: (spec) => {
      reads += 1;
      return table.query(spec);
    },
    metered: (meter) => counted(table.metered(meter)),
  });
  const domain = startDomain({ modules, table: counted(tenanted.table), tenant: tenant() });
  const runtime: Runtime = {
    ...domain.runtime,
    actorFor: (of, what) => actorFor(runtime, of, what),
    customFieldsOf: (of, fresh) => customFieldsOf(runtime, of, fresh),
  };
  return { domain, runtime, reads: () => reads };
};

const run = async ({ runtime, domain }: Container, name: string, input: object, of = tenant()): Promise<AnyRow> => {
  const operation = domain.registry.operations.get(name);
  if (!operation) throw new Error(`There is no ${name}.`);
  const meter = newMeter();
  const call = { runtime, actor: await runtime.actorFor(of, 'test'), table: runtime.ports.table.metered(meter), meter };
  return (await execute(call, operation, input as never)) as AnyRow;
};
const labels = { es: 'Campo', en: 'Field' };
const define = (on: Container, key: string, of?: string) =>
  run(on, 'createCustomField', { recordType: 'Boiler', key, kind: 'TEXT', labels }, of);
const make = (on: Container, custom: object, of?: string) => run(on, 'createBoiler', { name: 'A', custom }, of);

let one: Container;
let other: Container;
beforeEach(async () => {
  [one, other] = [openContainer(), openContainer()];
  await storeTenantOf(one.domain);
});

describe('what a container knows of custom fields', () => {
  it('is read once a minute, and costs a warm request nothing', async () => {
    await define(one, 'serial');
    await make(one, { serial: 'A1' });
    const before = one.reads();
    for (let times = 0; times < 3; times += 1) await make(one, { serial: 'A1' });
    expect(one.reads()).toBe(before);
    one.domain.clock.advance(61_000);
    await make(one, { serial: 'A1' });
    expect(one.reads()).toBe(before + 1);
  });

  it('is right at once where it was changed, and where somebody uses what it does not know', async () => {
    await make(other, {});
    const field = await define(one, 'serial');
    expect((await make(one, { serial: 'A1' }))['custom']).toEqual({ serial: 'A1' });
    expect((await make(other, { serial: 'A2' }))['custom']).toEqual({ serial: 'A2' });
    await run(one, 'updateCustomField', { id: field.id, version: 1, retired: true });
    expect(await failure(make(one, { serial: 'A3' }))).toBe('BAD_INPUT');
    other.domain.clock.advance(61_000);
    expect(await failure(make(other, { serial: 'A3' }))).toBe('BAD_INPUT');
  });

  it('is each tenant’s own', async () => {
    const stranger = tenantIdOf(`9${tenanted.tenant}`);
    await define(one, 'serial');
    await make(one, { serial: 'A1' });
    expect(await failure(make(one, { serial: 'A1' }, stranger))).toBe('BAD_INPUT');
    await define(one, 'colour', stranger);
    expect(await failure(make(one, { colour: 'red' }))).toBe('BAD_INPUT');
    expect((await make(one, { colour: 'red' }, stranger))['custom']).toEqual({ colour: 'red' });
  });
});
