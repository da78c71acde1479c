import { date, entity, integer, optional, ownedBy, ref, text, type Row } from '#kernel';

/** Work that somebody is to do in a time. */
export const ActivityQuota = entity('ActivityQuota', {
  idPrefix: 'aqta',
  describes: 'How many activities somebody is to do in a time, of one kind or of all: thirty calls this month.',
  fields: {
    user: ref('User', { describes: 'Who; of the quota of a team, who answers for it.' }),
    team: optional(
      ref('Team', { describes: 'The team whose people do them together; whoever `user` is alone when absent.' }),
    ),
    type: optional(ref('ActivityType', { describes: 'Which kind of work; all kinds when absent.' })),
    from: date({ describes: 'The first day.' }),
    to: date({ describes: 'The last day; at most three months in all.' }),
    count: integer({ min: 1, max: 100_000, describes: 'How many.' }),
    note: optional(text({ max: 500, describes: 'What it rests on.' })),
  },
  owner: ownedBy('user'),
  keys: { byUser: { gsi: 2, sort: 'from' }, all: { gsi: 3, sort: 'to' } },
  defaults: ['create', 'update', 'archive'],
  timeline: ['id'],
  title: ({ from, to, count }) => `${String(count)}: ${from} - ${to}`,
  check: ({ from, to }) => [
    ...(to < from ? [{ code: 'BAD_INPUT', message: 'It ends before it starts.', path: ['to'] }] : []),
    ...(Date.parse(to) - Date.parse(from) > 92 * 86_400_000
      ? [{ code: 'BAD_INPUT', message: 'It spans at most three months.', path: ['to'] }]
      : []),
  ],
});

/** A quota of activities, as code sees it. */
export type ActivityQuotaRow = Row<typeof ActivityQuota>;
