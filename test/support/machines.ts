// Machines, which take custom fields: a domain with them, and the shortest way to define fields and give values.
import {
  customFields as ownFields,
  DomainError,
  entity,
  module,
  mutation,
  noOwner,
  text,
  type Actor,
  type AnyRow,
  type Repository,
} from '#kernel';
import { readModels } from '#modules/platform/read-models';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';
import { tenantModules } from './tenant.ts';

/** Records that take custom fields. */
export const Machine = entity('Machine', {
  idPrefix: 'mac',
  describes: 'Something that runs.',
  fields: {
    name: text({ describes: 'What it is called.', search: 'words' }),
    maker: text({ describes: 'Who made it.' }),
    custom: ownFields(),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive'],
  events: { started: 'It was started.' },
  timeline: ['id'],
  title: ({ name }) => name,
});

const startMachine = mutation('startMachine', {
  describes: 'Starts it.',
  needs: 'machine.start',
  input: { id: Machine.fields.name },
  returns: Machine,
  run: async ({ id }, { data }) =>
    data(Machine).update(await data(Machine).get(id), { maker: 'Started' }, { event: 'machine.started' }),
});

/** What tests of custom fields work with. */
export type Machines = {
  readonly domain: Domain;
  /** Defines a field of machines; text unless told otherwise. */
  readonly define: (key: string, more?: object, actor?: Actor) => Promise<AnyRow>;
  /** Changes a definition. */
  readonly change: (row: AnyRow, changes: object) => Promise<AnyRow>;
  readonly make: (custom?: object, actor?: Actor) => Promise<AnyRow>;
  readonly update: (row: AnyRow, changes: object, actor?: Actor) => Promise<AnyRow>;
  readonly list: (where: object, actor?: Actor) => ReturnType<Repository<typeof Machine>['list']>;
  /** An actor who knows the fields that the tenant has now. */
  readonly known: (actor?: Actor) => Promise<Actor>;
};

/** What every field and option is called. */
export const labels = { es: 'Campo', en: 'Field' };

/** Starts a domain with machines. */
export const startMachines = ({ table, tenant }: Pick<DomainOptions, 'table' | 'tenant'>): Machines => {
  const machines = module('test/machines', { entities: [Machine], operations: [startMachine] });
  const domain = startDomain({ modules: [...tenantModules, readModels, machines], table, tenant });
  const known = async (actor: Actor = domain.actor()): Promise<Actor> => {
    const fields = await domain.runtime.customFieldsOf(actor.tenant);
    return fields ? { ...actor, customFields: fields } : actor;
  };
  return {
    domain,
    known,
    define: (key, more = {}, actor) =>
      domain.run<AnyRow>('createCustomField', { recordType: 'Machine', key, kind: 'TEXT', labels, ...more }, actor),
    change: (row, changes) => domain.run<AnyRow>('updateCustomField', { id: row.id, version: row.version, ...changes }),
    make: (custom, actor) =>
      domain.run<AnyRow>('createMachine', { name: 'Press', maker: 'Acme', ...(custom && { custom }) }, actor),
    update: (row, changes, actor) =>
      domain.run<AnyRow>('updateMachine', { id: row.id, version: row.version, ...changes }, actor),
    list: async (where, actor) => {
      const reader = domain.reader(await known(actor));
      return reader.data(Machine).list({ where: where as never });
    },
  };
};

/** What is wrong with an input, each with its path; nothing when it is taken. */
export const problems = async (work: Promise<unknown>): Promise<readonly string[]> => {
  try {
    await work;
    return [];
  } catch (error) {
    if (error instanceof DomainError)
      return error.problems.map(({ path = [], message }) => `${path.join('.')}: ${message}`);
    throw error;
  }
};
