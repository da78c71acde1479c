import { given, list, longText, object, optional, query, text, type AnyField, type FieldMap } from '#kernel';
import { flowDescriptions, flowInputs } from './flow-inputs.rules.ts';
import { flowKinds, stepKindsIn } from './step-kinds.rules.ts';

const inputFields = {
  name: text({ max: 60, describes: 'Its name within the `input` of a step.' }),
  kind: text({ max: 20, describes: 'The kind of its values: text, integer, dateTime, ref, list, json.' }),
  of: optional(
    text({
      max: 60,
      describes: 'Of a `ref`: of what the id is, `*` for any record. Of a `list`: the kind of its items.',
    }),
  ),
  presence: text({ max: 20, describes: 'One of required, optional, and defaulted where something stands in for it.' }),
  options: list(text({ max: 80 }), {
    max: 200,
    describes: 'Of a `choice`, or a list of such: what there is to choose from.',
  }),
  describes: longText({ max: 1000, describes: 'What it is for.' }),
};

export const workflowStepKinds = query('workflowStepKinds', {
  describes: 'The kinds of steps that workflows can have, with what each goes by.',
  needs: 'workflow.read',
  input: {},
  returns: {
    kinds: list(
      object('WorkflowStepKind', {
        key: text({ max: 40, describes: 'Its name, as steps take it.' }),
        describes: longText({ max: 1000, describes: 'What such a step does.' }),
        inputs: list(object('WorkflowStepTakes', inputFields), {
          max: 100,
          describes: 'What its `input` holds. Any value may be mapped: {"$": "record.owner"}.',
        }),
      }),
      { max: 100, describes: 'Those of the engine, and those that modules add.' },
    ),
  },
  run: (_input, { registry }) =>
    Promise.resolve({
      kinds: [
        ...flowKinds.map((key) => told(key, flowDescriptions[key], flowInputs.get(key))),
        ...[...stepKindsIn(registry).values()].map(({ key, describes, input }) => told(key, describes, input)),
      ],
    }),
});

const told = (key: string, describes: string, inputs: FieldMap = {}) => ({
  ...{ key, describes },
  inputs: Object.entries<AnyField>(inputs).map(([name, field]) => toldField(name, field)),
});

const toldField = (name: string, { shape, presence, describes }: AnyField) => {
  const inside = shape.kind === 'list' ? shape.of.shape : undefined;
  const chosen = inside ?? shape;
  const options = chosen.kind === 'choice' ? chosen.options : [];
  const of = shape.kind === 'ref' ? shape.to : inside?.kind === 'ref' ? inside.to : inside?.kind;
  return { ...{ name, kind: shape.kind, presence, describes, options }, ...given({ of }) };
};
