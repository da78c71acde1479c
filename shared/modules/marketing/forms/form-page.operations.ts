import { publicPage, type Context, type Locale, type PageAnswer, type PageRequest } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { formParts, pagePolicy, refusalPage, webPage, type FormPart, type Html } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { Form, type FormRow } from './form.entity.ts';
import { formHtml, thanksHtml, type Shown } from './form-html.rules.ts';
import { formWords } from './form-words.rules.ts';
import { issuePageToken } from './page-token.operations.ts';
import { snippetScript } from './snippet.rules.ts';
import { submit, type Sent } from './submit.operations.ts';

const purposes = { page: 'form', script: 'form-script' } as const;
/** Forms stand on web sites for years; one that is out of use says so itself. */
const until = '9999-12-31T23:59:59.999Z';

/** The addresses of a form: its own page, and the script that shows it within other pages. */
export const formAddress = async (context: Context, form: string, which: keyof typeof purposes): Promise<string> => {
  const purpose = purposes[which];
  return (await linkTo(context, { purpose, record: form, until })).replace(`/p/${purpose}/`, `/f/${purpose}/`);
};

/** What is shown next: a form or a word of thanks, and where to go on. */
type Next = {
  readonly status: number;
  readonly locale: Locale;
  readonly html: Html;
  readonly isDone: boolean;
  readonly redirect?: string;
};

/** The page of a form. With `embed=1` it speaks to the snippet on a web site that the form names, and to no other. */
export const formPage = publicPage(purposes.page, {
  describes: 'Shows a form and takes what is sent with it.',
  refuse: refusalPage,
  run: async (request, context) => {
    const form = await context.trusted(Form).get(request.link.record);
    const isEmbedded = request.query['embed'] === '1';
    if (isEmbedded && !form.origins.includes(request.headers['origin'] ?? '')) return forbidden;
    const next = await nextOf(form, request, context);
    return isEmbedded ? inSnippet(next, request) : onPage(form, next, context);
  },
});

const forbidden: PageAnswer = {
  status: 403,
  contentType: 'application/json',
  body: JSON.stringify({ code: 'FORBIDDEN', message: 'This form is not for pages of that site.' }),
};

const nextOf = async (form: FormRow, request: PageRequest, context: Context): Promise<Next> => {
  const parts = request.method === 'POST' ? formParts(request.headers['content-type'] ?? '', request.body) : [];
  const locale = localeOf(form, request, parts, context);
  if (!form.active || form.archivedAt !== undefined)
    return { status: 410, locale, html: thanksHtml(formWords[locale].closed), isDone: true };
  if (request.method === 'GET') return showing(form, context, { locale, hidden: visitOf(request, context) });
  const { ip, headers } = request;
  const sent = await submit(context, form, { parts, locale, ip, userAgent: headers['user-agent'] ?? '' });
  return after(form, sent, parts, locale, context);
};

const showing = async (form: FormRow, context: Context, shown: Shown, status = 200): Promise<Next> => {
  const hidden = { ...shown.hidden, _token: await issuePageToken(context, form), _locale: shown.locale };
  return { status, locale: shown.locale, isDone: false, html: formHtml(form, { ...shown, hidden }) };
};

const after = (
  form: FormRow,
  sent: Sent,
  parts: readonly FormPart[],
  locale: Locale,
  context: Context,
): Next | Promise<Next> => {
  const words = formWords[locale];
  if (sent.is === 'DONE') {
    const html = thanksHtml(form.thanks?.[locale] ?? words.thanks);
    return {
      status: 200,
      locale,
      isDone: true,
      html,
      ...(form.redirectTo !== undefined && { redirect: form.redirectTo }),
    };
  }
  if (sent.is === 'MAILED') return { status: 200, locale, isDone: true, html: thanksHtml(words.mailed) };
  const hidden = Object.fromEntries(parts.flatMap(({ name, value }) => (carried.has(name) ? [[name, value]] : [])));
  const again: Shown = { locale, hidden, sent: parts };
  if (sent.is === 'AGAIN') return showing(form, context, { ...again, problems: sent.problems }, 422);
  if (sent.is === 'TOO_MANY') return showing(form, context, { ...again, notice: words.tooMany }, 429);
  return showing(form, context, { ...again, sent: unagreed(form, parts), notice: words.stale }, 422);
};

/** What was sent, without what was agreed to: that may say something else by now. */
const unagreed = ({ fields }: FormRow, parts: readonly FormPart[]): readonly FormPart[] =>
  parts.filter(({ name }) => !fields.some(({ key, consent }) => key === name && consent !== undefined));

/** What of a visit goes along when a form has to be sent again. */
const carried: ReadonlySet<string> = new Set(['_page', '_referrer', '_visitor']);

/** Where the visitor is and came from. The snippet says it; of its own page the product sees it itself. */
const visitOf = ({ query, headers }: PageRequest, { ports }: Context): Readonly<Record<string, string>> => {
  const own = `${ports.addresses.publicUrl()}/f/form?${new URLSearchParams(query).toString()}`;
  return {
    _page: (query['page'] ?? own).slice(0, 2000),
    _referrer: (query['referrer'] ?? headers['referer'] ?? '').slice(0, 500),
    _visitor: (query['visitor'] ?? '').slice(0, 400),
  };
};

/** As it was shown, as the form or the address says, as the browser wishes, as the tenant speaks. */
const localeOf = (
  { locale }: FormRow,
  { query, headers }: PageRequest,
  parts: readonly FormPart[],
  { actor }: Context,
): Locale => {
  const shown = parts.find(({ name }) => name === '_locale')?.value;
  const browser = /^\s*(es|en)\b/i.exec(headers['accept-language'] ?? '')?.[1]?.toLowerCase();
  const found = [shown, query['lang'], locale, browser].find((each) => each === 'es' || each === 'en');
  return found ?? actor.locale;
};

const inSnippet = ({ html, isDone, redirect }: Next, { headers }: PageRequest): PageAnswer => ({
  // A browser hides the answers of refusals from scripts less well than their bodies say what to do.
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({ html: html.html, isDone, ...(redirect !== undefined && { redirect }) }),
  headers: { 'access-control-allow-origin': headers['origin'] ?? '', vary: 'origin' },
});

const onPage = async (form: FormRow, next: Next, context: Context): Promise<PageAnswer> => {
  const { status, locale, html, redirect } = next;
  if (redirect !== undefined)
    return { status: 303, contentType: 'text/plain', body: '', headers: { location: redirect } };
  const { name, colour } = await brandOf(context);
  const page = webPage(status, { title: form.title[locale], locale, sender: name, colour, body: html });
  // Browsers follow the redirect of a form only where the page that has the form lets them.
  const leadsTo = form.redirectTo === undefined ? [] : [new URL(form.redirectTo).origin];
  return { ...page, headers: pagePolicy({ leadsTo }) };
};

/** The script that a web site loads where the form shall stand. */
export const formScript = publicPage(purposes.script, {
  describes: 'The script that shows a form within a page of a web site.',
  run: async ({ link }, context) => ({
    status: 200,
    contentType: 'text/javascript; charset=utf-8',
    body: snippetScript(await formAddress(context, link.record, 'page')),
    headers: { 'cache-control': 'public, max-age=300', 'cross-origin-resource-policy': 'cross-origin' },
  }),
});
