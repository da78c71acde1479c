import { publicPage, type PageAnswer } from '#kernel';
import { markup, refusalPage, webPage } from '#modules/platform/links';
import { Mail } from './mail.entity.ts';
import { brandOf } from './rendering.operations.ts';
import { suppress } from './suppress.operations.ts';

const wordings = {
  es: {
    title: 'Darse de baja',
    ask: 'No recibirá más mensajes publicitarios en',
    button: 'Darme de baja',
    done: 'Hecho: no le enviaremos más publicidad.',
  },
  en: {
    title: 'Unsubscribe',
    ask: 'You will get no more marketing at',
    button: 'Unsubscribe',
    done: 'Done: we will send you no more marketing.',
  },
} as const;

/** The page behind `List-Unsubscribe`: seeing it changes nothing, one POST does (RFC 8058). */
export const unsubscribePage = publicPage('unsubscribe', {
  describes: 'Stops marketing to the address that a mail went to.',
  evenPaused: true,
  refuse: refusalPage,
  run: async ({ method, link }, context): Promise<PageAnswer> => {
    const mail = await context.trusted(Mail).get(link.record);
    const [address = ''] = mail.to;
    const { title, ask, button, done } = wordings[mail.locale];
    const { name, colour } = await brandOf(context);
    const page = { title, locale: mail.locale, sender: name, colour };
    if (method === 'GET') {
      const form = markup`<p>${ask} <b>${address}</b>.</p>
        <form method="post">
          <div class="choices"><button class="main">${button}</button></div>
        </form>`;
      return webPage(200, { ...page, body: form });
    }
    await suppress(context, { address, reason: 'UNSUBSCRIBED', mail: mail.id });
    return webPage(200, { ...page, body: markup`<p>${done}</p>` });
  },
});
