import { DomainError, publicPage, type Context, type PageAnswer, type PageRequest } from '#kernel';
import { fileKey } from '#modules/platform/files';
import { markup, refusalPage, webPage, type Html } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { formatMoment } from '#modules/platform/pdf';
import { noteEvent, signerAt, type Witness } from './chain.operations.ts';
import { codeOf, maySendCode, sendCode, tryCode } from './code.operations.ts';
import { delegate } from './delegate.operations.ts';
import { signPurpose } from './request.operations.ts';
import { decline, sign } from './sign.operations.ts';
import { isAsked, Signature, type SignatureRow } from './signature.entity.ts';
import { codeForm, formPolicy, otherForms, signForm } from './signing-form.rules.ts';
import { signingWords, type SigningProblem } from './signing-words.rules.ts';

const urlSeconds = 5 * 60;

type Visit = { readonly context: Context; readonly signature: SignatureRow; readonly witness: Witness };

/** The page behind a signer's link: the document, the code, the signature, and the ways not to sign. */
export const signingPage = publicPage(signPurpose, {
  describes: 'Shows a signer the document, and takes the signature, a refusal, or somebody else to sign.',
  refuse: refusalPage,
  run: async (request, context) => {
    const signature = await context.trusted(Signature).get(request.link.record);
    // A link that was handed on, or whose turn has not come, opens nothing.
    if (request.link.nonce !== String(signature.linkRound) || signature.status === 'WAITING')
      throw new DomainError('LINK_INVALID', 'This link is not valid.');
    const visit = { context, signature, witness: signerAt(signature, request) };
    if (!isOpen(visit)) return request.query['document'] === '1' ? showDocument(visit) : over(visit, request);
    if (request.method === 'POST') return act(visit, request);
    return request.query['document'] === '1' ? showDocument(read(visit)) : show(opened(visit), 200);
  },
});

const isOpen = ({ context, signature }: Visit): boolean =>
  isAsked(signature.status) && signature.openUntil > context.clock.instant();

const over = (visit: Visit, { method }: PageRequest): Promise<PageAnswer> =>
  say(visit, method === 'GET' ? 200 : 409, visit.signature.status === 'SIGNED' ? 'signed' : 'over');

const opened = (visit: Visit): Visit => {
  const { context, signature, witness } = visit;
  if (signature.status !== 'SENT') return visit;
  const noted = noteEvent(context, signature, 'OPENED', witness);
  return {
    ...visit,
    signature: context.trusted(Signature).move(noted, 'OPENED', { openedAt: context.clock.instant() }),
  };
};

const read = (visit: Visit): Visit => {
  const { context, signature, witness } = visit;
  if (signature.readAt !== undefined) return visit;
  const noted = noteEvent(context, signature, 'DOCUMENT_OPENED', witness);
  return { ...visit, signature: context.trusted(Signature).update(noted, { readAt: context.clock.instant() }) };
};

const showDocument = async ({ context, signature }: Visit): Promise<PageAnswer> => {
  const { ports, actor } = context;
  const location = await ports.files.downloadUrl(fileKey(actor.tenant, signature.document), {
    fileName: `${signature.subject.replaceAll('/', '-')}.pdf`,
    seconds: urlSeconds,
  });
  return { status: 303, contentType: 'text/plain', body: '', headers: { location } };
};

const act = (visit: Visit, { body }: PageRequest): Promise<PageAnswer> => {
  const form = new URLSearchParams(body);
  switch (form.get('action')) {
    case 'code':
      return askCode(visit);
    case 'sign':
      return takeSignature(visit, form);
    case 'decline':
      return takeRefusal(visit, form);
    case 'delegate':
      return takeDelegate(visit, form);
    default:
      throw new DomainError('BAD_INPUT', 'Say what is to be done.', ['action']);
  }
};

/** A line of text as somebody typed it. */
const typed = (form: URLSearchParams, name: string, most: number): string =>
  (form.get(name) ?? '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, most);

const askCode = async (visit: Visit): Promise<PageAnswer> => {
  if (!maySendCode(await codeOf(visit.context, visit.signature))) return show(visit, 422, 'CODE_LIMIT');
  return show({ ...visit, signature: await sendCode(visit.context, visit.signature, visit.witness) }, 200);
};

const takeSignature = async (visit: Visit, form: URLSearchParams): Promise<PageAnswer> => {
  const name = typed(form, 'name', 200);
  const image = form.get('image') ?? '';
  if (form.get('consent') !== 'yes') return show(visit, 422, 'CONSENT_MISSING');
  if (name === '') return show(visit, 422, 'NAME_MISSING');
  const recognised = await recognise(visit, form);
  if (recognised.problem !== undefined) return show({ ...visit, ...recognised }, 422, recognised.problem);
  const signed = await sign(
    visit.context,
    recognised.signature,
    { name, ...(image !== '' && { image }) },
    visit.witness,
  );
  return say({ ...visit, signature: signed }, 200, 'signed');
};

/** The mail with the link may have been passed on: whatever is done with it, the code shows who does it. */
const recognise = ({ context, signature, witness }: Visit, form: URLSearchParams) =>
  signature.authentication === 'EMAIL_OTP'
    ? tryCode(context, signature, form.get('code') ?? '', witness)
    : Promise.resolve({ signature, problem: undefined });

const takeRefusal = async (visit: Visit, form: URLSearchParams): Promise<PageAnswer> => {
  const reason = typed(form, 'reason', 500);
  if (reason === '') return show(visit, 422, 'REASON_MISSING');
  const recognised = await recognise(visit, form);
  if (recognised.problem !== undefined) return show({ ...visit, ...recognised }, 422, recognised.problem);
  const signature = await decline(visit.context, recognised.signature, reason, visit.witness);
  return say({ ...visit, signature }, 200, 'declined');
};

const takeDelegate = async (visit: Visit, form: URLSearchParams): Promise<PageAnswer> => {
  const to = { name: typed(form, 'name', 200), email: typed(form, 'email', 254) };
  if (to.name === '' || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(to.email)) return show(visit, 422, 'DELEGATE_MISSING');
  const recognised = await recognise(visit, form);
  if (recognised.problem !== undefined) return show({ ...visit, ...recognised }, 422, recognised.problem);
  const signature = await delegate(visit.context, recognised.signature, to, visit.witness);
  return say({ ...visit, signature }, 200, 'delegated');
};

type Said = 'signed' | 'declined' | 'delegated' | 'over';

const say = (visit: Visit, status: number, word: Said): Promise<PageAnswer> =>
  answer(visit, status, markup`<p>${signingWords[visit.signature.locale][word]}</p>`);

const show = async (visit: Visit, status: number, problem?: SigningProblem): Promise<PageAnswer> => {
  const { context, signature } = visit;
  const words = signingWords[signature.locale];
  const { country, timeZone } = context.actor;
  const code = await codeOf(context, signature);
  const asksCode = signature.authentication === 'EMAIL_OTP';
  const body = markup`<p class="quiet">${words.for} ${signature.signer.name}</p>
    ${problem && markup`<p role="alert"><b>${words.problems[problem]}</b></p>`}
    <p><a href="?document=1" target="_blank" rel="noreferrer">${words.open}</a></p>
    <p class="quiet">${words.until} ${formatMoment(signature.openUntil, { locale: signature.locale, country, timeZone })}</p>
    ${asksCode && maySendCode(code) ? codeForm(signature, words, code === undefined) : undefined}
    ${asksCode && code === undefined ? undefined : markup`${signForm(signature, words, asksCode)} ${otherForms(words, asksCode)}`}
    <p class="quiet hash">${words.hash}: ${signature.documentSha256}</p>`;
  return answer(visit, status, body);
};

const answer = async ({ context, signature }: Visit, status: number, body: Html): Promise<PageAnswer> => {
  const { name, colour } = await brandOf(context);
  const page = webPage(status, { title: signature.subject, locale: signature.locale, sender: name, colour, body });
  return { ...page, headers: formPolicy };
};
