import { projection } from '#kernel';
import { Approval } from './approval.entity.ts';

/** What begins the sort key of a right to read a record for a while; `platform/identity` reads them with the actor. */
const grantPrefix = 'grant#';

/** Who is to decide may read the question and what it is about. */
export const approvalReading = projection('approvalReading', {
  describes: 'The records that a person may read while being asked to decide about them.',
  of: [Approval.name],
  items: (row) => {
    if (row['status'] !== 'PENDING' || row.archivedAt !== undefined) return [];
    const records = [row.id, row['about']].filter((id) => typeof id === 'string');
    return (row['waitingFor'] as readonly string[]).flatMap((reader) =>
      records.map((id) => ({ partition: reader, sort: `${grantPrefix}${id}#${row.id}` })),
    );
  },
});
