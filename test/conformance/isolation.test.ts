import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { derivedId, type AnyField, type AnyOperation, type AnyRow, type FieldMap, type Registry } from '#kernel';
import { inputFieldsOf } from '#kernel/operation';
import { modules, registry } from '#modules';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { storing } from './storing.ts';
import { completeOf, valueOf } from './samples.ts';

const tenanted = withTenantTable();
let owner: Domain;
beforeAll(() => {
  owner = startDomain({ modules: [...modules, storing], table: tenanted.engine.table, tenant: `ten_${randomUUID()}` });
});

const storedIn = (domain: Domain, known: Registry) => {
  const made = new Map<string, Promise<string>>();
  const make = (name: string): Promise<string> => {
    const found = made.get(name) ?? store(name);
    made.set(name, found);
    return found;
  };
  const store = async (name: string): Promise<string> => {
    const values = await completeOf(known.entity(name), make);
    return (await domain.run<{ record: AnyRow }>('storeRecord', { entity: name, values })).record.id;
  };
  return make;
};

/** An id of an entity that nobody has. */
const nobodys = (name: string): Promise<string> =>
  Promise.resolve(derivedId(registry.entity(name).idPrefix, 'nobody', [randomUUID()]));

/** An input whose every ref, optional ones too, is made by `make`. */
const inputWith = async (
  fields: FieldMap,
  make: (name: string) => Promise<string>,
): Promise<Record<string, unknown>> => {
  const input: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (field.presence === 'required' || mentionsRecords(field)) input[name] = await sampled(field, name, make);
  }
  return input;
};

const mentionsRecords = ({ shape }: AnyField): boolean =>
  shape.kind === 'ref' || (shape.kind === 'list' && shape.of.shape.kind === 'ref');

const sampled = async (
  { shape }: AnyField,
  name: string,
  make: (name: string) => Promise<string>,
): Promise<unknown> => {
  if (shape.kind === 'list' && shape.of.shape.kind === 'ref') return [await valueOf(shape.of.shape, name, make)];
  return valueOf(shape, name, make);
};

/** What a stranger is answered, with ids taken out: nothing of it may depend on whether the record exists elsewhere. */
const answerTo = async (stranger: Domain, operation: AnyOperation, input: object): Promise<string> => {
  const bare = (text: string): string => text.replaceAll(/[a-z]{2,6}_[0-9A-HJKMNP-TV-Z]{26}/g, '<id>');
  try {
    return bare(
      JSON.stringify(await stranger.run(operation.name, input as Readonly<Record<string, unknown>>)) || 'nothing',
    );
  } catch (error) {
    return bare(String(error));
  }
};

const touching = [...registry.operations.values()].filter((operation) =>
  Object.values(inputFieldsOf(operation)).some(mentionsRecords),
);

describe('a stranger', () => {
  it.each(touching.map((operation) => [operation.name, operation] as const))(
    'learns nothing from %s about records of another tenant',
    async (_, operation) => {
      const fields = inputFieldsOf(operation);
      const foreign = await inputWith(fields, storedIn(owner, registry));
      const missing = { ...foreign, ...(await inputWithRefs(fields)) };
      const stranger = startDomain({ modules, table: tenanted.table, tenant: `ten_${randomUUID()}` });
      expect(await answerTo(stranger, operation, foreign)).toBe(await answerTo(stranger, operation, missing));
    },
  );
});

const inputWithRefs = async (fields: FieldMap): Promise<Record<string, unknown>> => {
  const refs = Object.fromEntries(Object.entries(fields).filter(([, field]) => mentionsRecords(field)));
  return inputWith(refs, (name) => nobodys(name === '*' ? 'Account' : name));
};
