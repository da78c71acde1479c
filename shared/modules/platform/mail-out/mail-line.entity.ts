import { date, dateTime, entity, integer, noOwner, text, type Row } from '#kernel';

/** How far the mails of a tenant that has a pace have got. */
export const MailLine = entity('MailLine', {
  idPrefix: 'mln',
  describes: 'The line in which mails wait for their turn, where the tenant has a pace: one for each kind of mail.',
  fields: {
    kind: text({ max: 20, describes: 'Of which kind of mail.' }),
    slotAt: dateTime({ describes: 'The last moment that was given away.' }),
    day: date({ describes: "Its day, on the tenant's clock." }),
    given: integer({ min: 0, describes: 'How many moments of that day were given away.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'kind' } },
  defaults: [],
  internal: true,
  title: ({ kind }) => kind,
});

/** A line, as code sees it. */
export type MailLineRow = Row<typeof MailLine>;
