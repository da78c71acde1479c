import { boolean, mutation, newMeter, publicPage, ref, type PageAnswer } from '#kernel';
import type { Runtime } from '#kernel/context';
import { execute } from '#kernel/execute';
import { untilWon } from '#kernel/lost-race';
import { markup, refusalPage, webPage } from '#modules/platform/links';
import { Mail } from './mail.entity.ts';
import { brandOf } from './rendering.operations.ts';
import { suppress } from './suppress.operations.ts';
import { readUnsubscribeAddress } from './thread-address.rules.ts';

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

const leaveByMail = mutation('unsubscribeByMail', {
  describes: 'Stops marketing to the address that a mail went to.',
  needs: 'mail.send',
  input: { id: ref('Mail', { describes: 'The mail that is answered so.' }) },
  returns: { found: boolean({ describes: 'Whether that mail is still known.' }) },
  run: async ({ id }, context) => {
    const mail = await context.trusted(Mail).find(id);
    const address = mail?.to[0];
    if (mail && address !== undefined) await suppress(context, { address, reason: 'UNSUBSCRIBED', mail: id });
    return { found: address !== undefined };
  },
});

/** Tries of a unit of work that loses races. */
const mostRaces = 6;

/** Unsubscribes by each address for that among these; answers how many there are. Whoever writes, and whatever, means it. */
export const unsubscribeAt = async (runtime: Runtime, addresses: readonly string[]): Promise<number> => {
  const { ports } = runtime;
  const secret = await ports.secrets.get('signing');
  const targets = addresses.flatMap(
    (address) => readUnsubscribeAddress(secret, address, ports.addresses.mailDomain()) ?? [],
  );
  for (const { tenant, record: id } of targets) {
    const actor = await runtime.actorFor(tenant, 'unsubscribe');
    const call = { runtime, actor, table: ports.table, meter: newMeter() };
    await untilWon(mostRaces, () => execute(call, leaveByMail, { id }));
  }
  return targets.length;
};
