// docs/reference/entities.md: what exists, with its fields, its life, whose it is and how it is found.
import { defaultOperations, type AnyEntity, type Module, type Registry } from '#kernel';
import { accessPatterns } from './access-patterns.ts';
import { fieldTable, namedValues } from './fields.ts';
import { code, codes, linkTo, page, table } from './markdown.ts';

const introduction = `Besides its fields every record has ${codes(['id', 'version', 'createdAt', 'updatedAt', 'createdBy', 'updatedBy'])},
${code('archivedAt')} while it is archived, and ${codes(['ownerId', 'teamId'])} where somebody owns it. *Computed* fields are never inputs.`;

const ownerOf = ({ owner }: AnyEntity): string => {
  switch (owner.kind) {
    case 'none':
      return 'nobody; it is the tenant’s own';
    case 'inherits':
      return `the owner of its ${code(owner.from)}`;
    case 'field':
      return [
        `its ${code(owner.user)}`,
        ...(owner.team === undefined ? [] : [`or its ${code(owner.team)} while nobody owns it`]),
        ...(owner.from === undefined ? [] : [`at first the owner of its ${code(owner.from)}`]),
      ].join(', ');
  }
};

const factsOf = (of: AnyEntity, { name }: Module): string => {
  const facts = [
    `Module ${code(name)}; ids begin with ${code(`${of.idPrefix}_`)}.`,
    `Whose it is: ${ownerOf(of)}.`,
    ...(of.internal ? ['Internal: not in the API.'] : []),
    ...(of.defaults.length > 0
      ? [`Default operations: ${codes(defaultOperations(of).map((made) => made.name))}.`]
      : []),
    ...(of.timeline.length > 0 ? [`Its events are on the timelines of: ${codes(of.timeline)}.`] : []),
    ...(of.dueAt ? ['It has a timer.'] : []),
  ];
  return facts.map((fact) => `- ${fact}`).join('\n');
};

const statesOf = ({ states }: AnyEntity): string => {
  if (!states) return '';
  const marks = (state: string): string =>
    [
      ...(state === states.initial ? ['first'] : []),
      ...(states.frozenIn?.includes(state) ? ['takes no changes'] : []),
      ...(states.closedIn?.includes(state) ? ['closed'] : []),
    ].join(', ');
  return table(
    [`State (${code(states.field)})`, 'Becomes', ''],
    Object.entries<readonly string[]>(states.moves).map(([state, next]) => [
      code(state),
      codes(next) || 'nothing else',
      marks(state),
    ]),
  );
};

const keysOf = (registry: Registry, { name }: AnyEntity): string =>
  table(
    ['Key', 'Index', 'Serves'],
    accessPatterns(registry)
      .filter(({ entity }) => entity === name)
      .map(({ key, index, serves }) => [code(key), index, serves]),
  );

const sectionOf = (registry: Registry, from: Module, declared: AnyEntity): readonly string[] => {
  const of = registry.entity(declared.name);
  return [`## ${of.name}`, of.describes, factsOf(of, from), fieldTable(of.fields), statesOf(of), keysOf(registry, of)];
};

/** The page. */
export const entitiesPage = (registry: Registry): string =>
  page('Entities', [
    introduction,
    table(
      ['Module', 'Entities'],
      registry.modules
        .filter(({ entities = [] }) => entities.length > 0)
        .map(({ name, entities = [] }) => [code(name), entities.map((of) => linkTo(of.name)).join(', ')]),
    ),
    ...registry.modules.flatMap((from) => (from.entities ?? []).flatMap((of) => sectionOf(registry, from, of))),
    '# Values',
    'Values made of further fields, by the name of their GraphQL type.',
    ...[...namedValues(registry)].flatMap(([name, fields]) => [`## ${name}`, fieldTable(fields)]),
  ]);
