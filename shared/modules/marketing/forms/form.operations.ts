import {
  change,
  creation,
  list,
  longText,
  object,
  query,
  recordInput,
  ref,
  text,
  url,
  type Context,
  type Problem,
} from '#kernel';
import { problemsError } from '#kernel/errors';
import { nothing, outcomesIn, type FormOutcome } from './extension-points.rules.ts';
import { customKeyIn, personFillings } from './filling.rules.ts';
import { Form, type FormRow } from './form.entity.ts';
import { formAddress } from './form-page.operations.ts';

export const createForm = creation(Form, 'createForm', {
  describes: 'Makes a form. What its fields fill is checked against what is made of submissions.',
  needs: 'form.create',
  input: {},
  returns: Form,
  run: ({ values }, context) => settled(context, context.data(Form).create(values)),
});

export const updateForm = change(Form, 'updateForm', {
  describes: 'Changes a form: absent fields stay, null clears. What was sent before stays as it was.',
  needs: 'form.update',
  input: recordInput('Form'),
  returns: Form,
  run: async ({ id, changes }, context) => {
    const form = await context.data(Form).get(id);
    return settled(context, context.data(Form).update(form, changes));
  },
});

/** Checks what only the declarations and the tenant's own fields know. */
const settled = async (context: Context, form: FormRow): Promise<FormRow> => {
  const problems = await declaredProblems(context, form);
  if (problems.length > 0) throw problemsError(problems);
  return form;
};

const declaredProblems = async (context: Context, form: FormRow): Promise<readonly Problem[]> => {
  const outcomes = outcomesIn(context.registry);
  const outcome = outcomes.get(form.outcome);
  if (!outcome && form.outcome !== nothing) {
    const message = `Nothing is known that makes it; there are ${[...outcomes.keys(), nothing].join(', ')}.`;
    return [{ code: 'BAD_INPUT', message, path: ['outcome'] }];
  }
  const unknown = form.fields.flatMap(({ fills }, index) =>
    fills === undefined || isFilled(context, outcome, fills)
      ? []
      : [{ code: 'BAD_INPUT', message: `${form.outcome} has no ${fills}.`, path: ['fields', index, 'fills'] }],
  );
  return [...unknown, ...((await outcome?.problems?.(form, context)) ?? [])];
};

/** A form that makes nothing fills what any other does, for whoever listens. */
const isFilled = ({ actor }: Context, outcome: FormOutcome | undefined, fills: string): boolean => {
  const own = customKeyIn(fills);
  if (own === undefined) return (outcome?.fills ?? personFillings).includes(fills);
  return outcome?.custom !== undefined && actor.customFields?.byEntity[outcome.custom]?.[own] !== undefined;
};

export const formLinks = query('formLinks', {
  describes: 'Where a form is found: its own page, and what to put into a web site to show it there.',
  needs: 'form.read',
  input: { id: ref('Form', { describes: 'Which form.' }) },
  returns: {
    page: url({ describes: 'Its own page; `utm_...` and `lang` may be added.' }),
    script: url({ describes: 'The script that shows it within another page.' }),
    snippet: longText({ describes: 'The HTML to put where it shall stand. The site must be among its `origins`.' }),
  },
  run: async ({ id }, context) => {
    await context.data(Form).get(id);
    const [page, script] = await Promise.all([formAddress(context, id, 'page'), formAddress(context, id, 'script')]);
    return { page, script, snippet: `<script src="${script}" async></script>` };
  },
});

const filling = object('FormFilling', {
  outcome: text({ max: 40, describes: 'What is made: LEAD, CONTACT, CASE.' }),
  describes: text({ max: 500, describes: 'What that is.' }),
  fills: list(text({ max: 60 }), {
    max: 500,
    describes: 'What fields may fill in it, own fields of the tenant included.',
  }),
});

export const formFillings = query('formFillings', {
  describes: 'What can be made of submissions, and what the fields of a form may fill in it.',
  needs: 'form.read',
  input: {},
  returns: { outcomes: list(filling, { max: 50, describes: 'By outcome.' }) },
  run: (_input, { registry, actor }) => {
    const outcomes = [...outcomesIn(registry).values()].map(({ key, describes, fills, custom = '' }) => {
      const own = Object.keys(actor.customFields?.byEntity[custom] ?? {}).map((name) => `custom.${name}`);
      return { outcome: key, describes, fills: [...fills, ...own] };
    });
    return Promise.resolve({ outcomes });
  },
});
