import {
  boolean,
  defaulted,
  DomainError,
  integer,
  list,
  longText,
  mutation,
  object,
  optional,
  query,
  ref,
  text,
  type GivenTo,
} from '#kernel';
import { parseGiven } from '#kernel/execute';
import { knownWorkflows } from './known.operations.ts';
import { inLanguage } from './ready-words.rules.ts';
import { readyIn } from './step-kinds.rules.ts';
import { Workflow } from './workflow.entity.ts';
import { createWorkflow } from './workflow.operations.ts';

const readyFields = {
  key: text({ max: 60, describes: 'Its name for programs: STALE_DEAL.' }),
  name: text({ max: 120, describes: 'Its name, in one’s own language.' }),
  describes: longText({ max: 1000, describes: 'What it does.' }),
  of: optional(text({ max: 60, describes: 'The kind of record that it runs on.' })),
  steps: integer({ describes: 'How many steps it has.' }),
  workflows: list(ref('Workflow'), { max: 100, describes: 'The workflows that were made from it.' }),
};

export const readyWorkflows = query('readyWorkflows', {
  describes: 'Workflows that come with the product, to be switched on as they are or copied and changed.',
  needs: 'workflow.read',
  input: {},
  returns: { ready: list(object('ReadyWorkflow', readyFields), { max: 100, describes: 'All of them.' }) },
  run: async (_input, context) => {
    const known = (await knownWorkflows(context)).filter(({ archivedAt }) => archivedAt === undefined);
    const { locale } = context.actor;
    return {
      ready: readyIn(context.registry).map(({ key, name, describes, definition: { of, steps } }) => ({
        ...{ key, name: name[locale], describes: describes[locale], steps: steps.length },
        ...(of !== undefined && { of }),
        workflows: known.filter(({ ready }) => ready === key).map(({ id }) => id),
      })),
    };
  },
});

export const switchOnWorkflow = mutation('switchOnWorkflow', {
  describes:
    'Makes a workflow of a ready definition, in one’s own language: in use at once, or as a copy that is changed before it is switched on.',
  needs: 'workflow.create',
  input: {
    ready: text({ max: 60, describes: 'The key of the ready definition.' }),
    name: optional(text({ min: 1, max: 120, describes: 'Its name; that of the definition when absent.' })),
    active: defaulted(boolean({ describes: 'Whether it starts runs at once.' }), true),
  },
  returns: Workflow,
  fails: ['UNKNOWN_DEFINITION'],
  run: async ({ ready: key, name, active }, context) => {
    const found = readyIn(context.registry).find((each) => each.key === key);
    if (!found) throw new DomainError('UNKNOWN_DEFINITION', `There is no ready definition ${key}.`, ['ready']);
    const { locale } = context.actor;
    const plan = inLanguage(found.definition, locale) as object;
    const values = { ...plan, name: name ?? found.name[locale], note: found.describes[locale], ready: key, active };
    const given = parseGiven(context.actor, createWorkflow, values) as GivenTo<typeof createWorkflow>;
    return context.run(createWorkflow, given);
  },
});
