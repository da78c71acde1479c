import { anyRecord, boolean, defaulted, integer, json, list, query, text, type AnyRow } from '#kernel';
import { criteriaOf } from './definitions.operations.ts';
import { selectedBy } from './selection.operations.ts';

/** Records of one preview: fewer, where each asks for what relates to it. */
const mostExamined = 5000;
const mostRelated = 1000;

export const previewSegment = query('previewSegment', {
  describes:
    'Who would be in a segment with these criteria now: how many, and some of them. Records that you may see are gone through, up to 5,000; ' +
    'up to 1,000 where criteria ask for what relates to them.',
  needs: 'segment.read',
  input: {
    recordType: text({ max: 60, describes: 'Whose records: Account, Contact.' }),
    where: json({ describes: 'The criteria, as `createSegment` takes them.' }),
    first: defaulted(integer({ min: 0, max: 100, describes: 'How many of them to show.' }), 10),
  },
  returns: {
    count: integer({ describes: 'How many of the records that were gone through.' }),
    examined: integer({ describes: 'How many records were gone through.' }),
    isComplete: boolean({ describes: 'Whether these were all; else there may be more.' }),
    sample: list(anyRecord('A record.'), { max: 100, describes: 'Some of them.' }),
  },
  run: async ({ recordType, where, first }, context) => {
    const criteria = criteriaOf(context, recordType, where);
    const isRelated = criteria.needs.relations.size + criteria.needs.referred.size > 0;
    const sample: AnyRow[] = [];
    let count = 0;
    let examined = 0;
    let after: string | undefined;
    do {
      const page = await selectedBy(context, recordType, criteria, after);
      sample.push(...page.rows.slice(0, first - sample.length));
      count += page.rows.length;
      examined += page.examined;
      after = page.next;
    } while (after !== undefined && examined < (isRelated ? mostRelated : mostExamined));
    return { count, examined, isComplete: after === undefined, sample };
  },
});
