import {
  change,
  creation,
  DomainError,
  eventTypesOf,
  filterFields,
  given,
  matchesType,
  problemsError,
  recordInput,
  wordOf,
  type AnyEntity,
  type Context,
  type Problem,
  type Registry,
} from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { readableFile } from '#modules/platform/files';
import { wordingFor } from '#modules/platform/mail-out';
import { unknownRoles } from '#modules/platform/roles';
import { nextAtOf } from './digest.reactions.ts';
import { renewRules } from './known.operations.ts';
import { MailRule, type MailRuleRow } from './mail-rule.entity.ts';

export const createMailRule = creation(MailRule, 'createMailRule', {
  describes: 'Makes a rule that sends mails. Its event, its filter, its recipients and its template are checked.',
  needs: 'mailRule.create',
  input: {},
  returns: MailRule,
  fails: ['TEMPLATE_NOT_FOUND'],
  run: async ({ values }, context) => settled(context, context.data(MailRule).create(values)),
});

export const updateMailRule = change(MailRule, 'updateMailRule', {
  describes:
    'Changes a rule that sends mails: absent fields stay, null clears. What it sent already goes out as it was.',
  needs: 'mailRule.update',
  input: recordInput('MailRule'),
  returns: MailRule,
  fails: ['TEMPLATE_NOT_FOUND'],
  run: async ({ id, changes }, context) => {
    const before = await context.data(MailRule).get(id);
    return settled(context, context.data(MailRule).update(before, changes));
  },
});

/** Checks what only the declarations know, and sets the next time of a schedule. */
const settled = async (context: Context, rule: MailRuleRow): Promise<MailRuleRow> => {
  const problems = [...declaredProblems(context, rule), ...(await roleProblems(context, rule))];
  if (problems.length > 0) throw problemsError(problems);
  await wordingFor(context, rule.template, context.actor.locale);
  for (const file of rule.attachments) await readableFile(context, file);
  context.afterCommit(() => {
    renewRules(context);
    return Promise.resolve();
  });
  const nextAt = await nextAtOf(context, rule, context.clock.instant());
  if (nextAt === rule.nextAt) return rule;
  return context.trusted(MailRule).update(rule, { nextAt: nextAt ?? null, wakesAt: null, reached: null });
};

const declaredProblems = (context: Context, { on, of, where, to }: MailRuleRow): readonly Problem[] => {
  const entity = on === undefined ? context.registry.entities.get(of ?? '') : toldBy(context, on);
  if (!entity || entity.internal) {
    const [message, path] =
      on === undefined ? [`There are no records ${of ?? ''}.`, 'of'] : [`There is no event ${on}.`, 'on'];
    return [{ code: 'BAD_INPUT', message, path: [path] }];
  }
  return [...filterProblems(context, entity, where), ...pathProblems(context, entity, to)];
};

/** Where customers' addresses are said to stand and cannot: nobody would ever get it. */
const pathProblems = ({ registry }: Context, entity: AnyEntity, to: MailRuleRow['to']): readonly Problem[] =>
  to.flatMap(({ kind, path }, index) =>
    kind !== 'CUSTOMER' || path === undefined || leadsSomewhere(registry, entity, path.split('.'))
      ? []
      : [{ code: 'BAD_INPUT', message: `${entity.name} has no ${path}.`, path: ['to', index, 'path'] }],
  );

const leadsSomewhere = (registry: Registry, { fields }: AnyEntity, [name = '', inner]: readonly string[]): boolean => {
  const shape = Object.hasOwn(fields, name) ? fields[name]?.shape : undefined;
  if (!shape || inner === undefined) return shape !== undefined;
  if (shape.kind !== 'ref') return false;
  // What may be a record of any kind is known only as it is read.
  const of = registry.entities.get(shape.to);
  return !of || Object.hasOwn(of.fields, inner);
};

/** Roles that it writes to and that there are not: nobody would ever get it. */
const roleProblems = async (context: Context, { to }: MailRuleRow): Promise<readonly Problem[]> => {
  const unknown = await unknownRoles(
    context,
    to.flatMap(({ role }) => role ?? []),
  );
  return to.flatMap(({ role = '' }, index) =>
    unknown.has(role) ? [{ code: 'BAD_INPUT', message: `There is no role ${role}.`, path: ['to', index, 'role'] }] : [],
  );
};

/** The entity whose events a rule hears, if there are such events. */
const toldBy = ({ registry }: Context, on: string): AnyEntity | undefined => {
  const word = on.slice(0, on.indexOf('.'));
  const from = [...registry.entities.values()].find(({ name }) => wordOf(name) === word);
  return from && eventTypesOf(registry, from).some(({ type }) => matchesType(on, type)) ? from : undefined;
};

const filterProblems = ({ actor }: Context, of: AnyEntity, where: unknown): readonly Problem[] => {
  if (where === undefined) return [];
  try {
    checkFilter(filterFields(of), where, { path: ['where'], ...given({ country: actor.country }) });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.problems;
    throw error;
  }
};
