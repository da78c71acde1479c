import {
  choice,
  date,
  DomainError,
  mutation,
  notFound,
  optional,
  ref,
  text,
  timer,
  dateTime,
  url,
  type Context,
} from '#kernel';
import { fileLink } from '#modules/platform/links';
import { startJob } from '#modules/platform/jobs';
import { eraseSubject } from './erase-subject.jobs.ts';
import { exportSubject } from './export-subject.jobs.ts';
import { PrivacyRequest, type PrivacyRequestRow } from './privacy-request.entity.ts';
import { termsOf } from './privacy-request.rules.ts';
import { subjectOf } from './traces.rules.ts';

const which = { id: ref('PrivacyRequest', { describes: 'Which request.' }) };

export const openPrivacyRequest = mutation('openPrivacyRequest', {
  describes: 'Notes what a person asks about their data, with the day until which law wants an answer.',
  needs: 'privacyRequest.create',
  input: {
    subject: ref('*', { describes: 'The record of the person.' }),
    kind: choice(['ACCESS', 'PORTABILITY', 'RECTIFY', 'ERASE', 'RESTRICT', 'OBJECT'], {
      named: 'PrivacyRequestKind',
      describes: 'What is asked for.',
    }),
    receivedOn: optional(date({ describes: 'When it was received; today when not said.' })),
  },
  returns: PrivacyRequest,
  fails: ['NOT_A_PERSON'],
  run: async ({ subject, kind, receivedOn }, context) => {
    const row = (await context.records([subject])).get(subject);
    if (!row) throw notFound('record', subject);
    if (subjectOf(context.registry, subject)?.isPerson(row) !== true)
      throw new DomainError('NOT_A_PERSON', 'This record is no person.', ['subject']);
    const on = receivedOn ?? context.clock.today();
    const terms = termsOf(on, context.actor.country);
    return context.data(PrivacyRequest).create({ subject, kind, receivedOn: on, ...terms });
  },
});

export const verifyPrivacyRequest = mutation('verifyPrivacyRequest', {
  describes: 'Says how it was made sure that the person is the one who asks; nothing is handed out or erased before.',
  needs: 'privacyRequest.update',
  input: { ...which, identityCheck: text({ max: 300, describes: 'How: identity card seen, known by phone.' }) },
  returns: PrivacyRequest,
  run: async ({ id, identityCheck }, { data }) =>
    data(PrivacyRequest).move(await data(PrivacyRequest).get(id), 'VERIFIED', { identityCheck }),
});

export const rejectPrivacyRequest = mutation('rejectPrivacyRequest', {
  describes: 'Turns a request down, with the reason.',
  needs: 'privacyRequest.update',
  input: { ...which, reason: text({ max: 500, describes: 'Why.' }) },
  returns: PrivacyRequest,
  run: async ({ id, reason }, { data }) =>
    data(PrivacyRequest).move(await data(PrivacyRequest).get(id), 'REJECTED', { rejection: reason }),
});

/** A request that was verified, of a kind that the operation fulfils. @throws NOT_VERIFIED, WRONG_KIND */
const verified = async (context: Context, id: string, kinds: readonly string[]): Promise<PrivacyRequestRow> => {
  const request = await context.data(PrivacyRequest).get(id);
  if (!kinds.includes(request.kind))
    throw new DomainError('WRONG_KIND', `This request is of the kind ${request.kind}.`, ['id']);
  if (request.status !== 'VERIFIED')
    throw new DomainError('NOT_VERIFIED', 'First say how it was made sure who asks, and do it once.', ['id']);
  return request;
};

export const gatherPersonalData = mutation('gatherPersonalData', {
  describes: 'Gathers what is known of a person, in a job, as JSON and PDF. `personalDataLinks` hands them out.',
  needs: 'privacyRequest.export',
  input: which,
  returns: PrivacyRequest,
  fails: ['NOT_VERIFIED', 'WRONG_KIND'],
  run: async ({ id }, context) => {
    const request = await verified(context, id, ['ACCESS', 'PORTABILITY']);
    const job = startJob(context, exportSubject, { request: id }, { subject: id });
    return context.data(PrivacyRequest).move(request, 'IN_PROGRESS', { job: job.id });
  },
});

export const erasePersonalData = mutation('erasePersonalData', {
  describes:
    'Forgets a person, in a job: the record, its history, files, mails, search, copies in other records, the texts of files. What law keeps stays, and the request says what and why. It cannot be taken back.',
  needs: 'privacyRequest.erase',
  input: which,
  returns: PrivacyRequest,
  fails: ['NOT_VERIFIED', 'WRONG_KIND'],
  run: async ({ id }, context) => {
    const request = await verified(context, id, ['ERASE']);
    const job = startJob(context, eraseSubject, { request: id }, { subject: id });
    return context.data(PrivacyRequest).move(request, 'IN_PROGRESS', { job: job.id });
  },
});

const linkDays = 7;

export const personalDataLinks = mutation('personalDataLinks', {
  describes: 'Signed links to what was gathered of a person, for that person, good for seven days.',
  needs: 'privacyRequest.export',
  input: which,
  returns: {
    data: url({ describes: 'The JSON.' }),
    document: url({ describes: 'The PDF.' }),
    validUntil: dateTime({ describes: 'Until when the links work.' }),
  },
  fails: ['NOT_READY'],
  run: async ({ id }, context) => {
    const request = await context.data(PrivacyRequest).get(id);
    if (request.data === undefined || request.document === undefined)
      throw new DomainError('NOT_READY', 'Nothing was gathered yet.', ['id']);
    const validUntil = new Date(context.clock.now().getTime() + linkDays * 86_400_000).toISOString();
    const [data, document] = await Promise.all(
      [request.data, request.document].map((file) => fileLink(context, file, validUntil)),
    );
    return { data: data ?? '', document: document ?? '', validUntil };
  },
});

/** Says in time that time runs out. */
export const warnOfTerm = timer(PrivacyRequest, {
  describes: 'Says when seven tenths of the time for an answer are over.',
  run: (row, { trusted, clock }) => {
    trusted(PrivacyRequest).update(row, { warnedAt: clock.instant() }, { event: 'privacyRequest.warned' });
    return Promise.resolve();
  },
});
