// The mailbox in a browser and as JSON: sent and received mail, its files, its source.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerJson, answerPage, urlOf, type Answer } from '../listen.ts';
import { outboxPage } from '../messages/outbox-page.ts';
import type { Outbox } from '../messages/outbox.ts';
import { openMail, type MailContent } from './mail-content.ts';
import { mailboxPage, messagePage } from './mailbox-page.ts';
import type { Mail, Mailbox, MailFilter } from './mailbox.ts';

type Visit = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly mailbox: Mailbox;
  readonly mail: Mail;
  readonly rest: string;
};

/** Serves the pages, `/mailbox.json` and `/messages/<id>/...`; messages to phones as `/phone` and `/phone.json`. */
export function serveMailbox(mailbox: Mailbox, outbox: Outbox): Answer {
  return async (request, response) => {
    const url = urlOf(request);
    const filter = filterIn(url.searchParams);
    if (url.pathname === '/') return answerPage(response, mailboxPage(mailbox.list(filter), filter));
    if (url.pathname === '/mailbox.json') return answerJson(response, 200, await describeAll(mailbox, filter));
    const to = url.searchParams.get('to') ?? undefined;
    if (url.pathname === '/phone') return answerPage(response, outboxPage(outbox.list(to)));
    if (url.pathname === '/phone.json') return answerJson(response, 200, outbox.list(to));
    const [, id = '', rest = ''] = /^\/messages\/([\w-]+)(\/.*)?$/.exec(url.pathname) ?? [];
    const mail = mailbox.get(id);
    const view = views[rest.split('/')[1] ?? ''];
    if (!mail || !view) return answerJson(response, 404, { error: 'There is no such mail.' });
    await view({ request, response, mailbox, mail, rest });
  };
}

const filterIn = (query: URLSearchParams): MailFilter => {
  const direction = query.get('direction');
  const to = query.get('to');
  return {
    ...(direction === 'sent' || direction === 'received' ? { direction } : {}),
    ...(to === null ? {} : { to }),
    limit: Math.min(1_000, Number(query.get('limit') ?? 100)),
  };
};

const describeAll = (mailbox: Mailbox, filter: MailFilter) =>
  Promise.all(mailbox.list(filter).map((mail) => describe(mailbox, mail)));

const describe = async (mailbox: Mailbox, mail: Mail) => {
  const { text, html, messageId, inReplyTo, headers, files } = await openMail(mailbox.raw(mail.id));
  const attachments = files.map(({ name, type, size }, index) => ({
    name,
    type,
    size,
    url: `/messages/${mail.id}/files/${index}`,
  }));
  return { ...mail, messageId, inReplyTo, text, html, headers, attachments };
};

const show = async ({ response, mailbox, mail }: Visit): Promise<void> => {
  answerPage(response, messagePage(mail, await openMail(mailbox.raw(mail.id))));
};

/** The mail's own HTML, in a frame that may run nothing and load nothing but pictures. */
const showHtml = async ({ response, mailbox, mail }: Visit): Promise<void> => {
  const content = await openMail(mailbox.raw(mail.id));
  response.setHeader(
    'content-security-policy',
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:; style-src 'unsafe-inline'; font-src data:",
  );
  answerPage(response, `<base target="_blank">${withPictures(content, mail.id)}`);
};

const withPictures = ({ html = '', files }: MailContent, id: string): string =>
  html.replace(/cid:([^"'\s)>]+)/g, (whole, contentId: string) => {
    const index = files.findIndex((file) => file.contentId === decodeURIComponent(contentId));
    return index === -1 ? whole : `/messages/${id}/files/${index}`;
  });

const showSource = ({ response, mailbox, mail }: Visit): void => {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(mailbox.raw(mail.id));
};

const download = ({ response, mailbox, mail }: Visit): void => {
  const disposition = `attachment; filename="${mail.id}.eml"`;
  response
    .writeHead(200, { 'content-type': 'message/rfc822', 'content-disposition': disposition })
    .end(mailbox.raw(mail.id));
};

const showFile = async ({ response, mailbox, mail, rest }: Visit): Promise<void> => {
  const file = (await openMail(mailbox.raw(mail.id))).files[Number(rest.split('/')[2])];
  if (!file) {
    answerJson(response, 404, { error: 'There is no such file.' });
    return;
  }
  const inline = /^(image\/(png|jpeg|gif|webp)|application\/pdf)$/.test(file.type) ? 'inline' : 'attachment';
  response.writeHead(200, {
    'content-type': file.type,
    'content-disposition': `${inline}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'x-content-type-options': 'nosniff',
  });
  response.end(file.bytes);
};

const views: Readonly<Record<string, (visit: Visit) => Promise<void> | void>> = {
  '': show,
  html: showHtml,
  source: showSource,
  eml: download,
  files: showFile,
  json: async ({ response, mailbox, mail }) => {
    answerJson(response, 200, await describe(mailbox, mail));
  },
};
