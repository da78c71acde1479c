import { boolean, list, object, optional, query, record, signedIn, text, type Context, type Row } from '#kernel';
import { Pipeline } from '#modules/platform/flows';
import { CaseType, type CaseTypeRow } from './case-type.entity.ts';
import { opportunityKey } from './case-type.rules.ts';

const labels = (describes: string) =>
  object(
    'CaseLabels',
    { es: text({ max: 80, describes: 'In Spanish.' }), en: text({ max: 80, describes: 'In English.' }) },
    { describes },
  );

const action = object('CaseKindAction', {
  key: text({ describes: 'Its name for programs.' }),
  labels: labels('What its button says.'),
  operation: text({ describes: 'The mutation that does it: runCaseAction, moveOpportunity.' }),
  statuses: list(text(), { max: 30, describes: 'Offered in these statuses; in all when empty.' }),
});

const kind = object('CaseKind', {
  key: text({ describes: 'Its name for programs.' }),
  labels: labels('What people call it.'),
  isBuiltIn: boolean({ describes: 'Whether it is the opportunity, which every tenant has.' }),
  recordType: text({ describes: 'What its records are: Case, Opportunity.' }),
  type: optional(record(CaseType, 'The definition; absent for the built-in one.')),
  pipeline: optional(record(Pipeline, 'Its statuses, in order, with what each requires.')),
  actions: list(action, { max: 50, describes: 'What can be done with one.' }),
});

export const caseKinds = query('caseKinds', {
  describes: 'What a case may be in this tenant: the opportunity, built in, and the types that the tenant has defined.',
  needs: signedIn,
  input: {},
  returns: { kinds: list(kind, { max: 200, describes: 'The built-in one first, the others by key.' }) },
  run: async (_input, context) => {
    const types = (await context.trusted(CaseType).list({ first: 100 })).rows.filter(({ active }) => active);
    const own = await context.trusted(Pipeline).getMany(types.map(({ pipeline }) => pipeline));
    return { kinds: [await builtIn(context), ...types.map((type) => kindOf(type, own.get(type.pipeline)))] };
  },
});

const kindOf = (type: CaseTypeRow, pipeline: Row<typeof Pipeline> | undefined) => ({
  key: type.key,
  labels: type.labels,
  isBuiltIn: false,
  recordType: 'Case',
  type,
  ...(pipeline && { pipeline }),
  actions: type.actions.map((each) => ({
    key: each.key,
    labels: each.labels,
    operation: 'runCaseAction',
    statuses: each.statuses,
  })),
});

const builtIn = async ({ trusted }: Context) => {
  const { rows } = await trusted(Pipeline).list({ first: 100 });
  const own = rows.filter(({ subject }) => subject === 'OPPORTUNITY');
  const pipeline = own.find(({ isDefault }) => isDefault) ?? own[0];
  return {
    key: opportunityKey,
    labels: { es: 'Oportunidad', en: 'Opportunity' },
    isBuiltIn: true,
    recordType: 'Opportunity',
    ...(pipeline && { pipeline }),
    actions: opportunityActions,
  };
};

const button = (operation: string, es: string, en: string) => ({
  key: operation.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  labels: { es, en },
  operation,
  statuses: [],
});

const opportunityActions = [
  button('moveOpportunity', 'Cambiar de etapa', 'Move to a stage'),
  button('changePipeline', 'Cambiar de embudo', 'Change the pipeline'),
  button('createActivity', 'Planificar actividad', 'Plan an activity'),
];
