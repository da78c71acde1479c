import {
  anyRecord,
  defaulted,
  DomainError,
  extended,
  list,
  mutation,
  notFound,
  optional,
  prefixOf,
  ref,
  text,
  versionInput,
} from '#kernel';
import { dismissedEvent, qualityKindsIn, waived, waiverOf } from './quality-kinds.rules.ts';

export const dismissQualityIssue = mutation('dismissQualityIssue', {
  describes:
    'Says that a record is right as it is: it need not have the named fields, or, when none is named, was looked at and is no longer stale. ' +
    'The record keeps who said so and why. A field that is filled in later counts as any other.',
  needs: 'quality.dismiss',
  input: {
    id: ref('*', { describes: 'Which record.' }),
    version: optional(versionInput),
    fields: defaulted(list(text({ max: 80 }), { max: 50, describes: 'What it need not have.' }), []),
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
  },
  returns: { record: anyRecord('The record.') },
  fails: ['NOT_MEASURED', 'UNKNOWN_FIELD'],
  run: async ({ id, fields, reason }, { data, registry, actor, clock }) => {
    const of = registry.byPrefix.get(prefixOf(id));
    const kind = of && qualityKindsIn(registry).get(of.name);
    if (!of) throw notFound('record', id);
    if (!kind) throw new DomainError('NOT_MEASURED', `The quality of ${of.name} is not measured.`, ['id']);
    const unknown = fields.find((field) => !(field in kind.weights) && !field.startsWith('custom.'));
    if (unknown !== undefined)
      throw new DomainError('UNKNOWN_FIELD', `${unknown} is no field that a standard may ask for.`, ['fields']);
    const records = data(extended(of, waived));
    const row = await records.get(id);
    const known = waiverOf(row)?.fields ?? [];
    const qualityWaiver = { fields: [...new Set([...known, ...fields])], at: clock.instant(), by: actor.id, reason };
    return { record: records.update(row, { qualityWaiver }, { event: dismissedEvent(of) }) };
  },
});
