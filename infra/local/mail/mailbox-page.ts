// How the mailbox looks.
import { pageOf } from '../page.ts';
import { escapeXml } from '../xml.ts';
import type { MailContent } from './mail-content.ts';
import type { Mail, MailFilter } from './mailbox.ts';

/** The list, newest first. It shows new mail by itself. */
export function mailboxPage(mails: readonly Mail[], { direction, to }: MailFilter): string {
  const tab = (name: string, value: string): string =>
    `<a class="${(direction ?? '') === value ? 'tab on' : 'tab'}" href="/${value === '' ? '' : `?direction=${value}`}">${name}</a>`;
  const rows = mails.map(row).join('\n');
  const empty = '<p class="empty quiet">No mail yet. What the CRM sends, and what comes in by SMTP, appears here.</p>';
  return pageOf(
    'Mailbox - Lazo',
    `<header class="bar"><h1>Mailbox</h1><nav>${tab('All', '')}${tab('Sent', 'sent')}${tab('Received', 'received')}</nav>
${to === undefined ? '' : `<a class="chip" href="/">to ${escapeXml(to)} &times;</a>`}</header><main class="list">${rows || empty}</main>
<script>const newest = ${JSON.stringify(mails[0]?.id ?? '')};
setInterval(async () => {
  const url = new URL('/mailbox.json', location); url.search = location.search; url.searchParams.set('limit', 1);
  const [first] = await fetch(url).then((answer) => answer.json()).catch(() => [{ id: newest }]);
  if ((first?.id ?? '') !== newest && !document.hidden) location.reload();
}, 2500);</script>`,
    style,
  );
}

/** One mail as a person reads it. */
export function messagePage(mail: Mail, content: MailContent): string {
  const at = `/messages/${mail.id}`;
  const body =
    content.html === undefined
      ? `<pre class="text">${linked(escapeXml(content.text ?? ''))}</pre>`
      : `<iframe title="The mail" src="${at}/html"></iframe>`;
  const text =
    content.html === undefined || content.text === undefined
      ? ''
      : `<details><summary>As plain text</summary><pre class="text">${linked(escapeXml(content.text))}</pre></details>`;
  return pageOf(
    `${escapeXml(mail.subject)} - Mailbox`,
    `<header class="bar"><a class="tab" href="/">&larr; Mailbox</a><span class="grow"></span>
<a class="tab" href="${at}/source">Source</a><a class="tab" href="${at}/eml">Download</a></header>
<main class="sheet"><h1>${escapeXml(mail.subject || '(no subject)')}</h1>
<div class="head">${avatar(mail)}<div class="grow"><b>${escapeXml(senderOf(mail, content))}</b><br><span class="quiet">to ${escapeXml(mail.to.join(', '))}</span></div>
<time class="quiet" datetime="${mail.at}">${longTime(mail.at)}</time></div>
${tags(mail)}${files(mail, content)}${body}${text}<details><summary>Headers</summary><table>${content.headers
      .map(({ name, value }) => `<tr><th>${escapeXml(name)}</th><td><code>${escapeXml(value)}</code></td></tr>`)
      .join('')}</table></details></main>`,
    style,
  );
}

/** The header has the name; the envelope only the address. */
const senderOf = ({ from }: Mail, { headers }: MailContent): string =>
  headers.find(({ name }) => name.toLowerCase() === 'from')?.value ?? from;

const row = (mail: Mail): string =>
  `<a class="row" href="/messages/${mail.id}">${avatar(mail)}<span class="grow"><span class="line"><b>${escapeXml(
    mail.direction === 'sent' ? mail.to.join(', ') : mail.from,
  )}</b><time class="quiet" datetime="${mail.at}">${shortTime(mail.at)}</time></span><span class="line"><span>${escapeXml(
    mail.subject || '(no subject)',
  )}</span><span class="kind ${mail.direction}">${mail.direction}</span></span></span></a>`;

const avatar = (mail: Mail): string => {
  const address = otherSide(mail);
  const hue = Buffer.from(address).reduce((sum, byte) => (sum * 31 + byte) % 360, 7);
  return `<span class="avatar" style="--hue:${hue}" aria-hidden="true">${escapeXml((address[0] ?? '?').toUpperCase())}</span>`;
};

const otherSide = (mail: Mail): string => (mail.direction === 'sent' ? (mail.to[0] ?? '') : mail.from);

const tags = ({ tags: named }: Mail): string => {
  const chips = Object.entries(named).map(
    ([name, value]) => `<span class="chip">${escapeXml(name)}: ${escapeXml(value)}</span>`,
  );
  return chips.length === 0 ? '' : `<p class="chips">${chips.join('')}</p>`;
};

const files = ({ id }: Mail, { files: attached }: MailContent): string => {
  const chips = attached.map(
    ({ name, size }, index) =>
      `<a class="chip file" href="/messages/${id}/files/${index}">${escapeXml(name)} <span class="quiet">${readableSize(size)}</span></a>`,
  );
  return chips.length === 0 ? '' : `<p class="chips">${chips.join('')}</p>`;
};

const linked = (escaped: string): string =>
  escaped.replace(
    /https?:\/\/[^\s<]+[^\s<.,;:)]/g,
    (url) => `<a href="${url}" target="_blank" rel="noreferrer">${url}</a>`,
  );

const readableSize = (bytes: number): string =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${Math.round(bytes / 1024)} KB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MB`;

const shortTime = (at: string): string =>
  new Date(at).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

const longTime = (at: string): string =>
  new Date(at).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'short' });

const style = `
.bar { position: sticky; top: 0; z-index: 1; display: flex; gap: 12px; align-items: center; padding: 12px max(24px, calc(50vw - 430px)); background: var(--sheet); border-bottom: 1px solid var(--line) }
.bar h1 { font-size: 18px; margin: 0 12px 0 0 } .bar nav { display: flex; gap: 4px; flex: 1 } .grow { flex: 1; min-width: 0 }
.tab { padding: 5px 12px; border-radius: 7px; text-decoration: none; color: var(--quiet) } .tab:hover, .tab.on { color: var(--ink); background: var(--ground) }
.list, .sheet { max-width: 860px; margin: 20px auto; background: var(--sheet); border: 1px solid var(--line); border-radius: 12px; overflow: hidden }
.row { display: flex; gap: 14px; align-items: center; padding: 13px 18px; color: inherit; text-decoration: none; border-top: 1px solid var(--line) } .row:first-child { border-top: 0 } .row:hover { background: var(--ground) }
.line { display: flex; gap: 12px; justify-content: space-between } .line > :first-child { overflow: hidden; white-space: nowrap; text-overflow: ellipsis } .line time { flex: none; font-size: 13px }
.avatar { display: grid; place-items: center; flex: none; width: 38px; height: 38px; border-radius: 50%; font-weight: 600; color: light-dark(hsl(var(--hue) 55% 30%), hsl(var(--hue) 70% 85%)); background: light-dark(hsl(var(--hue) 65% 90%), hsl(var(--hue) 35% 25%)) }
.kind { flex: none; font-size: 12px; color: var(--quiet) } .kind.received { color: var(--accent) }
.empty { padding: 64px 24px; text-align: center } .sheet { padding: 28px 32px } .sheet h1 { margin-bottom: 18px }
.head { display: flex; gap: 14px; align-items: center; padding-bottom: 18px; border-bottom: 1px solid var(--line) } .head time { font-size: 13px }
.chips { display: flex; flex-wrap: wrap; gap: 8px; margin: 14px 0 0 } .chip { padding: 3px 10px; font-size: 13px; color: var(--quiet); border: 1px solid var(--line); border-radius: 99px; text-decoration: none } .chip.file { color: var(--ink) }
iframe { width: 100%; height: 62vh; margin-top: 18px; background: #fff; border: 1px solid var(--line); border-radius: 8px }
.text { margin: 18px 0 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere }
details { margin-top: 18px } summary { color: var(--quiet); cursor: pointer } table { margin-top: 8px; border-spacing: 0 } th { padding: 2px 16px 2px 0; text-align: left; vertical-align: top; font-size: 13px; font-weight: 500; color: var(--quiet); white-space: nowrap }
`;
