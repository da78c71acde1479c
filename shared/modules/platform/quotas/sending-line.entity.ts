import { date, dateTime, entity, integer, noOwner, optional, text, type Row } from '#kernel';

/** The line of mails to colleagues alone. */
export const colleagues = 'COLLEAGUES';

/** How far what a tenant sends has got, where that has a pace. */
export const SendingLine = entity('SendingLine', {
  idPrefix: 'sln',
  describes: 'The line in which mails, or messages of a channel, wait for their turn, where the tenant has a pace.',
  fields: {
    kind: text({ max: 20, describes: 'Of what: a kind of mail, COLLEAGUES for mails to users alone, a channel.' }),
    slotAt: dateTime({ describes: 'The last moment that was given away.' }),
    day: date({ describes: "Its day, on the tenant's clock." }),
    given: integer({ min: 0, describes: 'How many moments of that day were given away.' }),
    perDay: optional(integer({ min: 1, describes: 'How many there are in a day, where that is limited.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'kind' } },
  defaults: [],
  internal: true,
  title: ({ kind }) => kind,
  events: { nearlyFilled: '80 % of what may go out in a day is given away.', filled: 'All of it is.' },
});

/** A line, as code sees it. */
export type SendingLineRow = Row<typeof SendingLine>;
