// How messages to phones look in the mailbox.
import { pageOf } from '../page.ts';
import { escapeXml } from '../xml.ts';
import type { KeptMessage } from './outbox.ts';

/** The list, newest first. */
export function outboxPage(messages: readonly KeptMessage[]): string {
  const rows = messages.map(row).join('\n');
  const empty = '<p class="quiet">No message yet. What the CRM sends to phones and messengers appears here.</p>';
  return pageOf(
    'Messages - Lazo',
    `<main class="phone"><h1>Messages</h1><a href="/">Mails</a>${rows || empty}</main>`,
    style,
  );
}

const row = ({ channel, to, at, text }: KeptMessage): string =>
  `<article><p class="quiet"><b>${escapeXml(channel)}</b> to ${escapeXml(to)} <time datetime="${at}">${at.slice(0, 16).replace('T', ' ')}</time></p><p>${escapeXml(text)}</p></article>`;

const style = `.phone { max-width: 560px; margin: 0 auto; padding: 24px }
article { margin-top: 16px; padding: 14px 18px; background: var(--sheet); border: 1px solid var(--line); border-radius: 12px } article p { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap }`;
