import { beforeEach, describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { customFields as ownFields, entity, module, noOwner, text, type Actor, type AnyRow } from '#kernel';
import { CustomField, customFields } from '#modules/platform/custom-fields';
import { SettingPolicy } from '#modules/platform/settings';
import { startApi, type TestApi } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';

const Boat = entity('Boat', {
  idPrefix: 'boa',
  describes: 'It floats.',
  fields: { name: text({ describes: 'What it is called.' }), custom: ownFields() },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update'],
  title: ({ name }) => name,
});

const tenanted = withTenantTable();
let api: TestApi;
let actor: Actor;
beforeEach(() => {
  api = startApi({
    modules: [customFields, module('test/boats', { entities: [Boat, SettingPolicy] })],
    table: tenanted.table,
    tenant: tenanted.tenant,
    authenticate: async () => {
      const defined = await api.domain.runtime.customFieldsOf(actor.tenant);
      return defined ? { ...actor, customFields: defined } : actor;
    },
  });
  actor = api.domain.actor();
});

const labels = { es: 'Eslora', en: 'Length' };
const define = (key: string, more: object) =>
  api.domain.run<AnyRow>('createCustomField', { recordType: 'Boat', key, labels, ...more }, actor);
const defineAll = async () => {
  const [low, high] = ['LOW', 'HIGH'].map((key) => ({ key, labels: { es: `${key} es`, en: `${key} en` } }));
  await define('lengthOverAll', { kind: 'DECIMAL', help: { es: 'En metros.', en: 'In metres.' } });
  await define('risk', { kind: 'CHOICE', options: [low, high], searchable: true });
  await define('value', { kind: 'MONEY', sensitive: true });
  await define('tender', { kind: 'REFERENCE', refersTo: 'Boat' });
};

const make = `mutation M($input: CreateBoatInput!) { createBoat(input: $input) { boat { id custom } userErrors { code path message } } }`;
type Made = {
  createBoat: { boat: { id: string; custom: Record<string, unknown> } | null; userErrors: { path: string[] }[] };
};
const input = {
  name: 'Ana',
  custom: { lengthOverAll: 12.5, risk: 'HIGH', value: { amount: '10.00', currency: 'USD' } },
};

describe("the tenant's own fields in the schema of all tenants", () => {
  beforeEach(defineAll);

  it('are JSON in input, answer and filter', async () => {
    const { data } = await api.ask<Made>(make, { input });
    expect(data.createBoat.userErrors).toEqual([]);
    expect(data.createBoat.boat?.custom).toEqual({ ...input.custom, lengthOverAll: '12.5' });
    const list = await api.ask<{ boats: { nodes: { name: string }[] } }>(
      '{ boats(where: { custom: { lengthOverAll: { gte: "12" }, risk: { in: ["HIGH"] } } }) { nodes { name } } }',
    );
    expect(list.data.boats.nodes).toEqual([]);
    await api.domain.settle();
    const later = await api.ask<{ boats: { nodes: { name: string }[] } }>(
      '{ boats(where: { custom: { lengthOverAll: { gte: "12" }, risk: { in: ["HIGH"] } } }) { nodes { name } } }',
    );
    expect(later.data.boats.nodes).toEqual([{ name: 'Ana' }]);
  });

  it('are refused with their path, and nothing is written', async () => {
    const { data } = await api.ask<Made>(make, { input: { ...input, custom: { risk: 'NONE', colour: 'red' } } });
    expect(data.createBoat.boat).toBeNull();
    expect(data.createBoat.userErrors.map(({ path }) => path.join('.'))).toEqual(['custom.risk', 'custom.colour']);
    expect((await api.ask<{ boats: { nodes: unknown[] } }>('{ boats { nodes { id } } }')).data.boats.nodes).toEqual([]);
  });

  it('are hidden one by one', async () => {
    const { data } = await api.ask<Made>(make, { input });
    actor = api.domain.actor({ rules: { ...actor.rules, hiddenFields: ['Boat.custom.value'] } });
    const seen = await api.ask<{ boat: { custom: object } }>('query($id: ID!) { boat(id: $id) { custom } }', {
      id: data.createBoat.boat?.id,
    });
    expect(seen.data.boat.custom).toEqual({ lengthOverAll: '12.5', risk: 'HIGH' });
  });
});

const sdlOf = async (): Promise<string> => (await api.send({ method: 'GET', search: 'sdl&schema=tenant' })).body;
const askTyped = <Data>(query: string, variables?: Record<string, unknown>) =>
  api.ask<Data>(query, variables, { 'x-lazo-schema': 'tenant' });

describe("the tenant's own schema", () => {
  it('is that of all tenants where nothing was defined', async () => {
    const [own, common] = [await sdlOf(), (await api.send({ method: 'GET', search: 'sdl' })).body];
    expect(own).toBe(common);
  });

  it('has a type for each field, in answers, inputs and filters', async () => {
    await defineAll();
    const schema = buildSchema(await sdlOf());
    const type = schema.getType('BoatCustom') as GraphQLObjectType;
    const types = Object.entries(type.getFields()).map(([name, field]) => [name, String(field.type)]);
    expect(Object.fromEntries(types)).toEqual({
      lengthOverAll: 'Decimal',
      risk: 'BoatCustomRiskOption',
      tender: 'Boat',
      value: 'Money',
    });
    expect(type.getFields()['lengthOverAll']?.description).toBe('Length / Eslora. In metres.');
    expect(await sdlOf()).toMatch(/input BoatCustomFilter \{/);
    expect(await sdlOf()).toMatch(/input BoatCustomInput \{/);
  });

  it('is asked by header or path, with real types and relations', async () => {
    await defineAll();
    const typed = make.replace('id custom', 'id custom { risk value { amount } tender { name } }');
    const first = await askTyped<Made>(typed, { input });
    expect(first.data.createBoat.boat?.custom).toEqual({ risk: 'HIGH', value: { amount: '10.00' }, tender: null });
    const tender = { name: 'Bea', custom: { tender: first.data.createBoat.boat?.id } };
    const second = await api.send({ search: 'schema=tenant', json: { query: typed, variables: { input: tender } } });
    expect(second.body).toContain('"tender":{"name":"Ana"}');
    const wrong = await askTyped(typed, { input: { name: 'Eva', custom: { risk: 'NONE' } } });
    expect(JSON.stringify(wrong.errors)).toContain('BoatCustomRiskOption');
    await api.domain.settle();
    const list = await askTyped<{ boats: { nodes: object[] } }>(
      '{ boats(where: { custom: { risk: { eq: HIGH } } }, explain: true) { nodes { name custom { lengthOverAll } } } }',
    );
    expect(list.data.boats.nodes).toEqual([{ name: 'Ana', custom: { lengthOverAll: '12.5' } }]);
    expect(list.extensions.explain).toMatchObject([{ key: 'custom.risk' }]);
  });

  it('keeps what is out of use readable, and takes none of it', async () => {
    await defineAll();
    const { data } = await api.ask<Made>(make, { input });
    const { rows } = await api.domain.reader().data(CustomField).list({});
    const risk = rows.find(({ key }) => key === 'risk');
    await api.domain.run('updateCustomField', { id: risk?.id, version: 1, retired: true });
    expect(await sdlOf()).toMatch(/risk: BoatCustomRiskOption @deprecated/);
    expect(/input BoatCustomInput \{[^}]*\}/.exec(await sdlOf())?.[0]).not.toContain('risk');
    const id = data.createBoat.boat?.id;
    const seen = await askTyped<{ boat: object }>('query($id: ID!) { boat(id: $id) { custom { risk } } }', { id });
    expect(seen.data.boat).toEqual({ custom: { risk: 'HIGH' } });
  });

  it('is each tenant’s own', async () => {
    await defineAll();
    expect(await sdlOf()).toContain('BoatCustom');
    actor = api.domain.actor({ tenant: 'ten_stranger' });
    expect(await sdlOf()).not.toContain('BoatCustom');
    await define('motors', { kind: 'INTEGER' });
    const typed = make.replace('id custom', 'id custom { motors }');
    const [sdl, answer] = [await sdlOf(), await askTyped<Made>(typed, { input })];
    expect(sdl).toMatch(/type BoatCustom \{[^}]*motors: Int/);
    expect(sdl).not.toContain('lengthOverAll');
    expect(JSON.stringify(answer.errors)).toContain('lengthOverAll');
  });
});
