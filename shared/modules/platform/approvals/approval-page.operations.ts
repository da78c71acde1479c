import {
  DomainError,
  publicPage,
  type Context,
  type Locale,
  type PageAnswer,
  type PageRequest,
  type SignedLink,
} from '#kernel';
import { markup, refusalPage, webPage, type Html } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { formatMoment, formatMoney, type Writing } from '#modules/platform/pdf';
import { User, type UserRow } from '#modules/platform/users';
import { Approval, type ApprovalRow } from './approval.entity.ts';
import { titleOf } from './approval.reactions.ts';
import { waitingIn } from './approval.rules.ts';
import { placeOf } from './approvers.operations.ts';
import { decide } from './decide.operations.ts';

const wordings = {
  es: {
    about: 'Sobre',
    amount: 'Importe',
    asker: 'Lo pide',
    reason: 'Motivo',
    until: 'Hasta',
    comment: 'Comentario (obligatorio para rechazar)',
    approve: 'Aprobar',
    reject: 'Rechazar',
    missing: 'Para rechazar, diga por qué.',
    approved: 'Hecho: usted lo ha aprobado.',
    rejected: 'Hecho: usted lo ha rechazado.',
    decided: 'Ya está decidido, o ya no le corresponde a usted. No queda nada por hacer.',
  },
  en: {
    about: 'About',
    amount: 'Amount',
    asker: 'Asked by',
    reason: 'Reason',
    until: 'Until',
    comment: 'Comment (needed to reject)',
    approve: 'Approve',
    reject: 'Reject',
    missing: 'To reject, say why.',
    approved: 'Done: you have approved it.',
    rejected: 'Done: you have rejected it.',
    decided: 'This is decided already, or no longer yours to decide. There is nothing left to do.',
  },
} as const;

type Visit = {
  readonly context: Context;
  readonly approval: ApprovalRow;
  readonly reader: UserRow;
  readonly locale: Locale;
};

/** The page behind the link in an approver's mail: seeing it changes nothing, its form decides, once. */
export const approvalPage = publicPage('approval', {
  describes: 'Shows one person a question, and takes the decision.',
  refuse: refusalPage,
  run: async (request, context) => {
    const visit = await visitOf(context, request.link);
    if (!(await isAsked(visit, request.link)))
      return show(visit, request.method === 'GET' ? 200 : 409, said(visit, 'decided'));
    if (request.method === 'GET') return show(visit, 200, await form(visit));
    return take(visit, request);
  },
});

/** The link names the question, and in its nonce whose link it is and for which round. */
const visitOf = async (context: Context, { record, nonce = '' }: SignedLink): Promise<Visit> => {
  const approval = await context.trusted(Approval).get(record);
  const reader = await context.trusted(User).find(nonce.split('.')[0] ?? '');
  if (!reader || reader.status === 'DEACTIVATED') throw new DomainError('LINK_INVALID', 'This link is not valid.');
  return { context, approval, reader, locale: reader.locale ?? context.actor.locale };
};

const isAsked = async ({ context, approval, reader }: Visit, { nonce = '' }: SignedLink): Promise<boolean> =>
  approval.status === 'PENDING' &&
  nonce === `${reader.id}.${approval.round}` &&
  (await placeOf(context, waitingIn(approval), reader.id)) !== undefined;

const take = async (visit: Visit, { body }: PageRequest): Promise<PageAnswer> => {
  const { context, approval, reader } = visit;
  const given = new URLSearchParams(body);
  const comment = (given.get('comment') ?? '')
    .replaceAll('\r\n', ' ')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 1000);
  const decision = decisions.get(given.get('decision') ?? '');
  if (decision === undefined) throw new DomainError('BAD_INPUT', 'Say what you decide.', ['decision']);
  if (decision === 'REJECTED' && comment === '')
    return show(
      visit,
      422,
      markup`<p><b>${wordings[visit.locale].missing}</b></p>
        ${await form(visit)}`,
    );
  await decide(context, approval, { user: reader.id, decision, via: 'LINK', ...(comment !== '' && { comment }) });
  return show(visit, 200, said(visit, decision === 'APPROVED' ? 'approved' : 'rejected'));
};

const decisions: ReadonlyMap<string, 'APPROVED' | 'REJECTED'> = new Map([
  ['approve', 'APPROVED'],
  ['reject', 'REJECTED'],
]);

const said = ({ locale }: Visit, word: 'approved' | 'rejected' | 'decided'): Html =>
  markup`<p>${wordings[locale][word]}</p>`;

const show = async ({ context, approval, locale }: Visit, status: number, body: Html): Promise<PageAnswer> => {
  const { name, colour } = await brandOf(context);
  return webPage(status, { title: approval.subject, body, locale, sender: name, colour });
};

const form = async (visit: Visit): Promise<Html> => {
  const words = wordings[visit.locale];
  const facts = (await factsOf(visit)).map(
    ([label, value]) =>
      markup`<dt>${label}</dt>
        <dd>${value}</dd>`,
  );
  return markup`<dl>${facts}</dl>
    <form method="post">
      <label for="comment">${words.comment}</label> <textarea id="comment" name="comment" maxlength="1000"></textarea>
      <div class="choices">
        <button class="main" name="decision" value="approve">${words.approve}</button
        ><button name="decision" value="reject">${words.reject}</button>
      </div>
    </form>`;
};

const factsOf = async ({ context, approval, locale }: Visit): Promise<readonly (readonly [string, string])[]> => {
  const words = wordings[locale];
  const { amount, reason, until, askedBy, about } = approval;
  const { country, timeZone } = context.actor;
  const writing: Writing = { locale, country, timeZone };
  const asker = askedBy === undefined ? undefined : await context.trusted(User).find(askedBy);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [words.about, await titleOf(context, about)],
    [words.amount, amount && formatMoney(amount, writing)],
    [words.asker, asker?.name],
    [words.reason, reason],
    [words.until, until && formatMoment(until, writing)],
  ];
  return facts.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [[label, value] as const]));
};
