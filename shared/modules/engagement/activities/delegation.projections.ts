import { projection } from '#kernel';
import { Activity } from './activity.entity.ts';

/** What begins the sort key of a right to read a record for a while; `platform/identity` reads them with the actor. */
const grantPrefix = 'grant#';

const linked = ['account', 'contact', 'opportunity'] as const;

/** While a colleague is asked to do an activity or has taken it on, the colleague may read what it is about. */
export const delegatedReading = projection('delegatedReading', {
  describes: 'The records that a person may read because an activity about them was delegated to that person.',
  of: [Activity.name],
  items: (row) => {
    const isDelegated = row['delegation'] === 'ASKED' || row['delegation'] === 'ACCEPTED';
    const reader = row['owner'];
    if (!isDelegated || row['status'] !== 'PLANNED' || row.archivedAt !== undefined || typeof reader !== 'string')
      return [];
    const records = linked.flatMap((name) => (typeof row[name] === 'string' ? [row[name]] : []));
    return records.map((id) => ({ partition: reader, sort: `${grantPrefix}${id}#${row.id}` }));
  },
});
