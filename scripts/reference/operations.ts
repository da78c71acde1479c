// docs/reference/operations.md: what can be done, and what the product does by itself.
import { givenFields, inputFieldsOf, isEntityAnswer, wordOf, type AnyOperation, type Registry } from '#kernel';
import { fieldTable } from './fields.ts';
import { code, codes, linkTo, page, table } from './markdown.ts';

const introduction = `Mutations take one ${code('input')} and answer ${code('userErrors')} beside what they return; all take ${code('idempotencyKey')}, and
those that change a record its ${code('version')}. Records are read by ${code('node(id)')} and ${code('nodes(ids)')}, by the name of their entity and in
lists, as [the table below](#records) says. Codes that every mutation may answer are in [Errors](errors.md).`;

const entityPage = 'entities.md';

const recordTable = ({ entities }: Registry): string =>
  table(
    ['Entity', 'One', 'List'],
    [...entities.values()]
      .filter(({ internal }) => !internal)
      .map((of) => [
        linkTo(of.name, entityPage),
        code(`${wordOf(of.name)}(id)`),
        Object.keys(of.keys).length > 0 ? code(`${of.plural}(where, orderBy, first, after)`) : '',
      ]),
  );

const returned = ({ returns }: AnyOperation): string =>
  isEntityAnswer(returns)
    ? `Returns: ${linkTo(returns.name, entityPage)}.`
    : `Returns:\n\n${fieldTable(returns, entityPage)}`;

const sectionOf = (operation: AnyOperation): readonly string[] => {
  const { name, kind, describes, needs, fails } = operation;
  const own = fails.length > 0 ? ` Fails with ${codes(fails)}.` : '';
  const input = operation.patches
    ? fieldTable(operation.input, entityPage, givenFields(operation.patches))
    : fieldTable(inputFieldsOf(operation), entityPage);
  return [
    `### ${name}`,
    describes,
    `A ${kind}; needs ${code(needs)}.${own}`,
    input && `Takes:\n\n${input}`,
    returned(operation),
  ];
};

/** Operations by the module that declares them, or whose entity asks for them. */
const operationsOf = ({ modules, operations }: Registry): readonly (readonly [string, readonly AnyOperation[]])[] =>
  modules.flatMap(({ name, entities = [], operations: declared = [] }) => {
    const defaults = entities.flatMap((of) => of.defaults.map((made) => `${made}${of.name}`));
    const names = new Set([...defaults, ...declared.map((operation) => operation.name)]);
    const found = [...names].flatMap((each) => operations.get(each) ?? []);
    return found.length === 0 ? [] : [[name, found] as const];
  });

const background = ({ jobs, timers, projections, rollups, pages }: Registry): readonly string[] => [
  '## Jobs',
  'Work over many rows, in the background; `job(id)` says how far it is.',
  table(
    ['Job', 'Needs', 'What it does'],
    [...jobs.values()].map(({ name, needs, describes }) => [code(name), code(needs), describes]),
  ),
  '## Timers',
  table(
    ['Of', 'What happens when its time has come'],
    [...timers.values()].map(({ of, describes }) => [linkTo(of.name, entityPage), describes]),
  ),
  '## Read models',
  table(
    ['Name', 'Of', 'What it keeps'],
    [
      ...projections.map(({ name, of, describes }) => [code(name), of.join(', '), describes]),
      ...rollups.map(({ name, of, describes }) => [code(name), of, describes]),
    ],
  ),
  '## Public pages',
  table(
    ['Path', 'What it shows'],
    pages.map(({ purpose, describes }) => [code(`/p/${purpose}/<token>`), describes]),
  ),
];

/** The page. */
export const operationsPage = (registry: Registry): string =>
  page('Operations', [
    introduction,
    '## Records',
    recordTable(registry),
    ...operationsOf(registry).flatMap(([name, found]) => [`## ${name}`, ...found.flatMap(sectionOf)]),
    ...background(registry),
  ]);
