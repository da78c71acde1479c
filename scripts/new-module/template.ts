// The files of a new module: one entity with states, its rules, a business verb, and tests of both. Everything in it is to be
// replaced by what the business says, but it works from the first minute.
import { areas, type ModuleNames } from './names.ts';

/** Path below the module's folder and content of each file. */
export const filesOf = (names: ModuleNames): Readonly<Record<string, string>> => ({
  'index.ts': index(names),
  [`${names.file}.entity.ts`]: entity(names),
  [`${names.file}.rules.ts`]: rules(names),
  [`${names.file}.rules.test.ts`]: rulesTest(names),
  [`${names.file}.operations.ts`]: operations(names),
  [`${names.file}.operations.test.ts`]: operationsTest(names),
});

const index = ({ path, entity, plural, file }: ModuleNames): string => `
import { module } from '#kernel';
import { ${entity} } from './${file}.entity.ts';
import { close${entity} } from './${file}.operations.ts';

export { ${entity}, type ${entity}Row } from './${file}.entity.ts';

/** One line for whoever reads the registry: what this module is about. */
export const ${plural} = module('${path}', { entities: [${entity}], operations: [close${entity}] });
`;

/** Text for areas that know accounts: all above platform. */
const withAccount = (area: string, text: string): string => (area === areas[0] ? '' : text);

const entity = ({ entity: name, area, word, plural, prefix, file }: ModuleNames): string => `
import { dateTime, derivedOptional, entity, longText, optional, ownedBy, ref, text, type Row } from '#kernel';
import { ${word}Problems } from './${file}.rules.ts';

/** What it is, in one sentence. */
export const ${name} = entity('${name}', {
  idPrefix: '${prefix}',${plural === `${word}s` ? '' : `\n  plural: '${plural}',`}
  describes: 'What it is, in one sentence: clients read this.',
  fields: {
    name: text({ search: 'words', describes: 'What people call it.' }),
${withAccount(area, `    account: optional(ref('Account', { describes: 'With whom.' })),\n`)}    notes: optional(longText({ describes: 'Anything worth knowing.' })),
    owner: optional(ref('User', { describes: 'Who works on it; whoever makes it, when nobody is named.' })),
    closedAt: derivedOptional(dateTime({ describes: 'When it was closed.' })),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: { OPEN: ['CLOSED'], CLOSED: [] },
    frozenIn: ['CLOSED'],
    closedIn: ['CLOSED'],
  },
  owner: ownedBy('owner'),
  keys: {
${withAccount(area, `    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', on: 'Account.${plural}', openFirst: true },\n`)}    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'${withAccount(area, `, 'account'`)}],
  title: ({ name }) => name,
  check: ${word}Problems,
});

/** It, as code sees it. */
export type ${name}Row = Row<typeof ${name}>;
`;

const rules = ({ word }: ModuleNames): string => `
import type { Problem } from '#kernel';

/** What is wrong with it as it stands. Pure: the same values have the same problems. */
export const ${word}Problems = ({ name }: { readonly name: string }): readonly Problem[] =>
  name.trim() === '' ? [{ code: 'BAD_INPUT', message: 'Say what it is called.', path: ['name'] }] : [];
`;

const rulesTest = ({ word, plural, file }: ModuleNames): string => `
import { expect, it } from '@jest/globals';
import { ${word}Problems } from './${file}.rules.ts';

it('${plural} have a name that says something', () => {
  expect(${word}Problems({ name: 'First' })).toEqual([]);
  expect(${word}Problems({ name: ' ' })).toMatchObject([{ code: 'BAD_INPUT', path: ['name'] }]);
});
`;

const operations = ({ entity, word, file }: ModuleNames): string => `
import { mutation, ref, versionInput } from '#kernel';
import { ${entity} } from './${file}.entity.ts';

export const close${entity} = mutation('close${entity}', {
  describes: 'Closes it. It can no longer change.',
  needs: '${word}.close',
  input: { id: ref('${entity}', { describes: 'Which one.' }), version: versionInput },
  returns: ${entity},
  async run({ id }, { data, clock }) {
    const row = await data(${entity}).get(id);
    return data(${entity}).move(row, 'CLOSED', { closedAt: clock.instant() });
  },
});
`;

const operationsTest = ({ entity, word, plural, file }: ModuleNames): string => `
import { beforeEach, describe, expect, it } from '@jest/globals';
import { modules } from '#modules';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import type { ${entity}Row } from './${file}.entity.ts';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
});

const make = () => domain.run<${entity}Row>('create${entity}', { name: 'First' });

describe('${plural}', () => {
  it('are closed once, with the time of it', async () => {
    const { id, version } = await make();
    const closed = await domain.run<${entity}Row>('close${entity}', { id, version });
    expect(closed).toMatchObject({ status: 'CLOSED', closedAt: domain.clock.now().toISOString() });
    expect(await failure(domain.run('close${entity}', { id, version: closed.version }))).toBe('INVALID_STATE');
    expect(await failure(domain.run('update${entity}', { id, version: closed.version, name: 'Second' }))).toBe('FROZEN');
    expect((await domain.settle()).map(({ type }) => type)).toEqual(['${word}.created', '${word}.closed']);
  });

  it('are closed by those who may, on the version that they have read', async () => {
    const { id, version } = await make();
    const visitor = domain.actor({ rules: { entities: {}, operations: [], hiddenFields: [], readOnlyFields: [] } });
    expect(await failure(domain.run('close${entity}', { id, version }, visitor))).toBe('FORBIDDEN');
    expect(await failure(domain.run('close${entity}', { id, version: 7 }))).toBe('STALE_VERSION');
    expect(await failure(domain.run('close${entity}', { id, version }, domain.actor({ tenant: 'ten_other' })))).toBe('NOT_FOUND');
  });
});
`;
