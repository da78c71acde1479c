// Two people with agendas, whose mails are caught: for tests of invitations, series, feeds and busy times.
import PostalMime from 'postal-mime';
import type { Actor, AnyRow, Row } from '#kernel';
import { modules } from '#modules';
import { defaultActivityTypes, type Activity, type ActivityType } from '#modules/engagement/activities';
import { sendQueued } from '#modules/platform/mail-out';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';
import { makePeople, peopleForTests } from './people.ts';

/** A mail with an invitation. */
export type Invited = {
  readonly to: string;
  readonly method: string;
  readonly calendar: string;
  readonly mime: string;
};

/** What tests of calendars work with. */
export type Agendas = {
  readonly domain: Domain;
  readonly types: ReadonlyMap<string, string>;
  readonly people: readonly string[];
  /** One of the people, with rights over the own records. */
  as(index: number): Actor;
  /** A meeting of the first person. */
  meet(values?: object): Promise<Row<typeof Activity>>;
  read<R extends AnyRow>(id: string): Promise<R>;
  /** Hands over what was queued, and answers what went out since. */
  sent(): Promise<readonly Invited[]>;
};

const rules: Actor['rules'] = {
  entities: {
    '*': { read: 'all' },
    Activity: { create: 'own', read: 'own', update: 'own' },
    RecurringActivity: { create: 'own', read: 'own', update: 'own' },
    CalendarFeed: { create: 'own', read: 'own', update: 'own' },
  },
  operations: ['activity.*'],
  hiddenFields: [],
  readOnlyFields: [],
};

/** Starts a domain with Ana and Ben. */
export const startAgendas = async (place: Pick<DomainOptions, 'table' | 'tenant'>): Promise<Agendas> => {
  const outbox: string[] = [];
  const mailer = {
    send: ({ raw }: { raw: Uint8Array }) => {
      outbox.push(Buffer.from(raw).toString('utf8'));
      return Promise.resolve({ messageId: `m-${String(outbox.length)}` });
    },
  };
  const domain = startDomain({ modules: [...modules, peopleForTests], ...place, ports: { mailer } });
  const made = await Promise.all(
    defaultActivityTypes.map((type) => domain.run<Row<typeof ActivityType>>('createActivityType', type)),
  );
  const types = new Map(made.map(({ key, id }) => [key, id]));
  const people = await makePeople(domain, ['Ana', 'Ben']);
  const as = (index: number): Actor =>
    domain.actor({ id: people[index] ?? '', userId: people[index] ?? '', rules, locale: 'en' });
  const meeting = {
    subject: 'Kick-off',
    type: types.get('MEETING'),
    startsAt: '2026-11-24T15:00:00Z',
    location: 'Quito',
  };
  return {
    domain,
    types,
    people,
    as,
    meet: (values = {}) => domain.run('createActivity', { ...meeting, ...values }, as(0)),
    read: async <R extends AnyRow>(id: string) => (await domain.reader().records([id])).get(id) as R,
    sent: async () => {
      await domain.settle();
      const before = outbox.length;
      for (const { message } of domain.sent.splice(0).filter(({ queue }) => queue === 'mail-out'))
        await sendQueued(domain.runtime, message.body as { tenant: string; mail: string });
      return Promise.all(outbox.slice(before).map(invitedIn));
    },
  };
};

const invitedIn = async (mime: string): Promise<Invited> => {
  const mail = await PostalMime.parse(mime, { attachmentEncoding: 'utf8' });
  const part = mail.attachments.find(({ mimeType }) => mimeType === 'text/calendar');
  const content = typeof part?.content === 'string' ? part.content : '';
  return {
    to: mail.to?.[0]?.address ?? '',
    method: part?.method ?? '',
    calendar: content.replaceAll(/\r?\n/g, '\r\n'),
    mime,
  };
};
