// What is wrong with a definition as the declarations know it: fields, types of events, operations, kinds of values.
import {
  DomainError,
  eventTypesOf,
  filterFields,
  matchesType,
  prefixOf,
  wordOf,
  type AnyEntity,
  type AnyField,
  type Path,
  type Problem,
  type Registry,
} from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { inputProblems, shapeAt, usesProblems } from './input-checks.rules.ts';
import { isPointer, usesIn } from './mapping.rules.ts';
import type { Plan, Route, Step, Trigger } from './plan.rules.ts';
import { flowKinds, problem, stepKindsIn, type Checking, type StepKind } from './step-kinds.rules.ts';
import { flowInputs } from './flow-inputs.rules.ts';

/** What is wrong with a plan, as far as the declarations say. */
export const declaredProblems = (registry: Registry, plan: Plan, country: string): readonly Problem[] => {
  const of = plan.of === undefined ? undefined : registry.entities.get(plan.of);
  if (plan.of !== undefined && (!of || of.internal))
    return [problem(`There are no records of the kind ${plan.of}.`, ['of'])];
  const checking: Checking = { registry, of, plan, country };
  return [
    ...triggerProblems(checking, plan),
    ...scopeProblems(checking, plan),
    ...plan.steps.flatMap((step, index) => stepProblems(checking, step, ['steps', index])),
  ];
};

/** What a filter gets wrong. Values that are mapped are known only when it runs. */
export const filterProblems = (
  of: AnyEntity | undefined,
  filter: unknown,
  path: Path,
  country: string,
  plan?: Checking['plan'],
): readonly Problem[] => {
  if (filter === undefined) return [];
  if (!of) return [problem('There is no record to which a filter could apply.', path)];
  if (usesIn(filter).length > 0) return usesProblems({ of, ...(plan && { plan }) }, filter, path);
  try {
    checkFilter(filterFields(of), filter, { path, country });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.problems;
    throw error;
  }
};

/** The entity whose events have this type; undefined where none is. */
export const sourceOf = (registry: Registry, type: string): AnyEntity | undefined => {
  const word = type.slice(0, type.indexOf('.'));
  const from = [...registry.entities.values()].find(({ name }) => wordOf(name) === word);
  return from && eventTypesOf(registry, from).some((each) => matchesType(type, each.type)) ? from : undefined;
};

const triggerProblems = (checking: Checking, { trigger }: Plan): readonly Problem[] => {
  const { registry, of, country } = checking;
  const at = (name: string): Path => ['trigger', name];
  switch (trigger.kind) {
    case 'SCHEDULE':
      return filterProblems(of, trigger.where, at('where'), country);
    case 'WEBHOOK':
      return lookupProblems(of, trigger.by, at('by'));
    case 'SEGMENT': {
      const named = registry.byPrefix.get(prefixOf(trigger.segment ?? ''));
      return named?.name === 'Segment' ? [] : [problem('This is no segment.', at('segment'))];
    }
    case 'EVENT':
      return eventProblems(checking, trigger);
    case 'MANUAL':
      return [];
  }
};

const eventProblems = ({ registry, of, country }: Checking, trigger: Trigger): readonly Problem[] => {
  const { on, where, was, changed, record } = trigger;
  const at = (name: string): Path => ['trigger', name];
  if (on === undefined) return [];
  const from = sourceOf(registry, on);
  if (!from || from.name === 'WorkflowRun')
    return [problem(`There is no event ${on} that starts workflows; \`eventTypes\` lists them.`, at('on'))];
  return [
    ...filterProblems(from, where, at('where'), country),
    ...filterProblems(from, was, at('was'), country),
    ...changed
      .filter((name) => !((name.split('.')[0] ?? '') in { ...from.fields, ownerId: 0, teamId: 0 }))
      .map((name) => problem(`${from.name} has no field ${name}.`, at('changed'))),
    ...namingProblems(from, of, record, at('record')),
  ];
};

/** What a special definition is for must be something that its records can be within. */
const scopeProblems = ({ registry, of }: Checking, { scope }: Plan): readonly Problem[] => {
  if (!scope) return [];
  if (!of) return [problem('Say on which kind of record it runs.', ['of'])];
  const to = registry.byPrefix.get(prefixOf(scope.of))?.name;
  const named = Object.values<AnyField>(of.fields).flatMap(({ shape }) => (shape.kind === 'ref' ? [shape.to] : []));
  const isSound: Readonly<Record<typeof scope.kind, boolean>> = {
    ACCOUNT: to === 'Account' && (of.name === to || of.fields['account'] !== undefined),
    SEGMENT: to === 'Segment',
    TYPE: to !== undefined && named.includes(to),
  };
  return isSound[scope.kind]
    ? []
    : [problem(`No ${of.name} can be within ${scope.kind} ${scope.of}${to ? ` (${to})` : ''}.`, ['scope', 'of'])];
};

/** A field by which what is sent names the record. */
const lookupProblems = (of: AnyEntity | undefined, by: string | undefined, path: Path): readonly Problem[] => {
  if (by === undefined) return [];
  const [name = ''] = by.split(':');
  return of?.fields[name]?.unique === undefined ? [problem(`${name} is no unique field of the record.`, path)] : [];
};

/** Whether a field of an event's record names a record of the kind that the workflow runs on. */
const namingProblems = (
  from: AnyEntity,
  of: AnyEntity | undefined,
  field: string | undefined,
  path: Path,
): readonly Problem[] => {
  if (!of) return [];
  const naming = Object.entries<AnyField>(from.fields).flatMap(([name, { shape }]) =>
    shape.kind === 'ref' && [of.name, '*'].includes(shape.to) ? [name] : [],
  );
  if (field === undefined ? from.name === of.name : naming.includes(field)) return [];
  const known = naming.length > 0 ? `; there are ${naming.join(', ')}` : '; none does';
  return [problem(`Say which field of ${from.name} names the ${of.name}${known}.`, path)];
};

const stepProblems = (checking: Checking, step: Step, path: Path): readonly Problem[] => {
  const { registry } = checking;
  const kind = stepKindsIn(registry).get(step.kind);
  const fields = kind?.input ?? flowInputs.get(step.kind);
  if (!fields) {
    const names = [...flowKinds, ...stepKindsIn(registry).keys()].join(', ');
    return [
      problem(`There are no steps of the kind ${step.kind}; there are ${names}.`, [...path, 'kind'], 'UNKNOWN_KIND'),
    ];
  }
  const at = [...path, 'input'];
  return [
    ...inputProblems(checking, fields, step.input, at),
    ...usesProblems(checking, step.input, at),
    ...ownProblems(checking, kind, step, at),
    ...step.routes.flatMap((route, nth) => routeProblems(checking, route, [...path, 'routes', nth])),
    ...(step.kind === 'forEach' ? listProblems(checking, step.input['over'], [...at, 'over']) : []),
    ...(step.kind === 'waitFor' ? waitProblems(checking, step, at) : []),
  ];
};

const routeProblems = (checking: Checking, { when, value }: Route, path: Path): readonly Problem[] => [
  ...filterProblems(checking.of, when, [...path, 'when'], checking.country, checking.plan),
  ...(value === undefined ? [] : usesProblems(checking, { $: value }, [...path, 'value'])),
];

/** Kinds of values that a forEach takes one after the other. */
const lists: ReadonlySet<string> = new Set(['list', 'tags', 'parts', 'json']);

const listProblems = ({ of }: Checking, over: unknown, path: Path): readonly Problem[] => {
  const shape = isPointer(over) ? shapeAt(of, over.$) : undefined;
  const isList = isPointer(over) ? shape === undefined || lists.has(shape.kind) : Array.isArray(over);
  return isList || over === undefined ? [] : [problem('This is no list.', path, 'WRONG_KIND')];
};

const ownProblems = (checking: Checking, kind: StepKind | undefined, step: Step, path: Path): readonly Problem[] =>
  (kind?.problems?.(step, checking) ?? []).map((each) => ({ ...each, path: [...path, ...(each.path ?? [])] }));

const waitProblems = ({ registry, of, country }: Checking, { input }: Step, path: Path): readonly Problem[] => {
  const { event, where, via } = input as { readonly event?: string; readonly where?: unknown; readonly via?: string };
  if (event === undefined)
    return Object.keys(input).length === 0 ? [problem('Say how long, until when, or for what it waits.', path)] : [];
  const from = sourceOf(registry, event);
  if (!from || event.endsWith('*')) return [problem(`There is no event ${event}.`, [...path, 'event'])];
  return [
    ...filterProblems(from, where, [...path, 'where'], country),
    ...(of
      ? namingProblems(from, of, via, [...path, 'via'])
      : [problem('Only a run on a record waits for events.', [...path, 'event'])]),
  ];
};
