import { markup, type Html } from '#modules/platform/links';
import { mostTyped } from './chat-typed.rules.ts';
import type { ChatWords } from './chat-words.rules.ts';

/** A message as the visitor sees it. */
export type ChatLine = {
  readonly isOurs: boolean;
  readonly text: string;
  readonly at: string;
  readonly file?: { readonly name: string; readonly url: string };
};

/** New answers are seen where somebody looks, without losing what is being typed; the site that shows the page keeps where the visitor is. */
export const chatScript = `var last=document.querySelector('dl dd:last-of-type');if(last)last.scrollIntoView();
if(parent!==window)parent.postMessage({lazoChat:location.href},'*');
setInterval(function(){var t=document.querySelector('textarea');if(t&&!t.value&&!document.hidden)location.reload()},5000)`;

const lineHtml = (
  { isOurs, text, file }: ChatLine,
  words: ChatWords,
): Html => markup`<dt>${isOurs ? words.us : words.you}</dt>
  <dd>${text}${file && markup`<p><a href="${file.url}" target="_blank" rel="noopener">${file.name}</a></p>`}</dd>`;

const introduction = (
  words: ChatWords,
): Html => markup`<p><label for="name">${words.name}</label><input type="text" id="name" name="name" maxlength="100" /></p>
  <p><label for="email">${words.email}</label><input type="email" id="email" name="email" maxlength="254" /></p>`;

/** The chat: what was said, and where to write. Whoever writes first may say who they are. */
export const chatHtml = (
  lines: readonly ChatLine[],
  words: ChatWords,
  { key, isNew }: { readonly key: string; readonly isNew: boolean },
): Html => markup`<dl>${lines.map((line) => lineHtml(line, words))}</dl>
  <form method="post">
    <input type="hidden" name="key" value="${key}" />
    ${isNew ? introduction(words) : undefined}
    <p><label for="text">${words.message}</label><textarea id="text" name="text" maxlength="${String(mostTyped)}" required></textarea></p>
    <div class="choices"><button class="main">${words.send}</button></div>
  </form>
  ${isNew ? undefined : { html: `<script>${chatScript}</script>` }}`;
