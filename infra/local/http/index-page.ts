// The first page of the local cloud: where everything is.
import { pageOf } from '../page.ts';
import { escapeXml } from '../xml.ts';

/** A place worth a visit. */
export type Link = { readonly name: string; readonly url: string; readonly about: string };

/** The page with its links. */
export const indexPage = (links: readonly Link[]): string =>
  pageOf(
    'Lazo on this machine',
    `<main class="narrow"><h1>Lazo</h1><p class="quiet">The whole backend on this machine. What it keeps is in its data folder.</p><ul>
${links.map(({ name, url, about }) => `<li><a href="${escapeXml(url)}">${escapeXml(name)}</a><br><span class="quiet">${escapeXml(about)}</span></li>`).join('\n')}
</ul></main>`,
    'ul{list-style:none;margin:20px 0 0;padding:0}li{padding:10px 0;border-top:1px solid var(--line)}li a{font-weight:600;text-decoration:none}',
  );
