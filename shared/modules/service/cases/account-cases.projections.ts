import { projection, type AnyRow } from '#kernel';
import { Opportunity } from '#modules/sales/opportunities';
import { Case } from './case.entity.ts';
import { opportunityKey } from './case-type.rules.ts';

/** Where the cases of an account stand in its partition, those of the built-in type among them. */
export const casePrefix = 'case#';

/** One entry for each case and opportunity of an account, by when it was made. */
export const casesOfAccounts = projection('accountCases', {
  describes: 'The cases of every account, opportunities among them, in the order in which they were made.',
  of: [Case.name, Opportunity.name],
  items: (row, of) => {
    const account = row['account'];
    if (typeof account !== 'string' || row.archivedAt !== undefined) return [];
    return [
      {
        partition: account,
        sort: `${casePrefix}${row.createdAt}#${row.id}`,
        attributes: { caseType: typeOf(row, of.name) },
      },
    ];
  },
});

const typeOf = (row: AnyRow, entity: string): string =>
  entity === Opportunity.name ? opportunityKey : String(row['type']);
