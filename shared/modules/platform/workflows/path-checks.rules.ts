// What is wrong with the paths of mapped values: names that a run will not know.
import type { Path, Problem, Shape } from '#kernel';
import { problem, type Checking } from './step-kinds.rules.ts';

/** What a path may lead to: the fields of a record, and, within a plan, its steps and what begins it. */
export type Known = Pick<Checking, 'of'> & Partial<Pick<Checking, 'plan'>>;

type Names = readonly (string | undefined)[];
type Checked = { readonly known: Known; readonly path: string; readonly at: Path };

/** What is wrong with a path; pointers with an unknown root are told of elsewhere. */
export const pathProblems = (known: Known, path: string, at: Path): readonly Problem[] => {
  const [root = '', ...names] = path.split('.');
  return checks[root]?.({ known, path, at }, names) ?? [];
};

const unknown = ({ path, at }: Checked, why: string, code = 'UNKNOWN_FIELD'): readonly Problem[] => [
  problem(`There is no ${path}: ${why}.`, at, code),
];

const ofRows = ['id', 'version', 'createdAt', 'updatedAt', 'createdBy', 'updatedBy', 'ownerId', 'teamId', 'archivedAt'];
const ofEvents = ['id', 'type', 'at', 'actor', 'record', 'changed'];
const ofRuns = ['id', 'name'];

/** Kinds of values that have others within. */
const holders: ReadonlySet<Shape['kind']> = new Set(['object', 'json', 'money', 'list', 'parts']);

const recordProblems = (checked: Checked, [name, within]: Names): readonly Problem[] => {
  const { of } = checked.known;
  if (name === undefined) return [];
  if (!of) return unknown(checked, 'it runs on no record');
  const shape = of.fields[name]?.shape;
  if (!shape && !ofRows.includes(name)) return unknown(checked, `${of.name} has no such field`);
  if (within === undefined || isWithin(shape, within)) return [];
  return unknown(
    checked,
    `record.${name} is ${shape ? `of the kind ${shape.kind}` : 'a plain value'} and has no ${within} within`,
  );
};

const isWithin = (shape: Shape | undefined, name: string): boolean => {
  if (!shape || !holders.has(shape.kind)) return false;
  return shape.kind !== 'object' || shape.custom === true || name in shape.fields;
};

const stepProblems = (checked: Checked, [name]: Names): readonly Problem[] => {
  const keys = checked.known.plan?.steps.map(({ key }) => key);
  if (!keys || name === undefined || keys.includes(name)) return [];
  return unknown(checked, `the steps are ${keys.join(', ')}`, 'UNKNOWN_STEP');
};

const eventProblems = (checked: Checked, [name]: Names): readonly Problem[] => {
  const kind = checked.known.plan?.trigger.kind;
  if (kind !== undefined && kind !== 'EVENT' && kind !== 'SEGMENT') return unknown(checked, 'no event begins its runs');
  return name === undefined || ofEvents.includes(name) ? [] : unknown(checked, `events have ${ofEvents.join(', ')}`);
};

const itemProblems = (checked: Checked): readonly Problem[] =>
  checked.known.plan?.steps.every(({ kind }) => kind !== 'forEach') === true
    ? unknown(checked, 'no forEach takes items')
    : [];

const runProblems = (checked: Checked, [name]: Names): readonly Problem[] =>
  name === undefined || ofRuns.includes(name) ? [] : unknown(checked, `a run has ${ofRuns.join(', ')}`);

const checks: Readonly<Record<string, (checked: Checked, names: Names) => readonly Problem[]>> = {
  record: recordProblems,
  steps: stepProblems,
  event: eventProblems,
  item: itemProblems,
  run: runProblems,
};
