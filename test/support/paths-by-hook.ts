// What comes in by a request: nobody keeps it for us, but who sends it sends it again until it is answered.
import type { AnyRow } from '#kernel';
import { runPage } from '#kernel/run-page';
import { modules } from '#modules';
import { defaultActivityTypes } from '#modules/engagement/activities';
import { signatureOf } from '#modules/engagement/channels';
import type { Place, Rig } from './asynchronous-paths.ts';
import { openConversing, written } from './conversing.ts';
import { startDomain } from './domain.ts';
import { countOf } from './paths-of-rows.ts';
import { makePeople, peopleForTests } from './people.ts';

/** What a provider hands in -> a conversation. It sends again until it is answered. */
export const handingIn = async (place: Place): Promise<Rig> => {
  const desk = openConversing(place);
  const domain = await desk.start();
  const line = await desk.line('GENERIC', { sendUrl: 'https://messages.example/out' });
  return {
    domain,
    occasion: (nth) => {
      const id = `w${String(nth)}`;
      return Promise.resolve({
        deliver: async () => {
          const { status } = await desk.handIn(line, written(id, 'viber:5', `hola ${id}`));
          if (status >= 300) throw new Error(`Answered ${String(status)}.`);
        },
        outcome: async () => ({ messages: await countOf(domain, 'Message', { text: { eq: `hola ${id}` } }) }),
      });
    },
    allowed: [{ messages: 1 }],
  };
};

/** What a telephone exchange tells -> a call and its activity. It tells again until it is answered. */
export const ringing = async ({ table, tenant }: Place): Promise<Rig> => {
  const domain = startDomain({ modules: [...modules, peopleForTests], table, tenant });
  for (const type of defaultActivityTypes) await domain.run('createActivityType', type);
  const [user = ''] = await makePeople(domain, ['Ana']);
  const line = await domain.run<AnyRow>('createPhoneLine', {
    name: 'Central',
    extensions: [{ extension: '101', user }],
  });
  const signing = 'a-secret-of-the-exchange';
  await domain.run('setPhoneLineSecrets', { id: line.id, version: line.version, signing });
  const { url } = await domain.run<{ url: string }>('phoneLineHook', { id: line.id });
  const at = domain.clock.now().toISOString();
  return {
    domain,
    occasion: (nth) => {
      const call = `c${String(nth)}`;
      const number = `09912345${String(nth).padStart(2, '0')}`;
      const tell = async (event: string): Promise<void> => {
        const body = JSON.stringify({ event, call, number, extensions: ['101'], at });
        const second = String(Math.floor(domain.clock.now().getTime() / 1000));
        const headers = { 'x-timestamp': second, 'x-signature-256': signatureOf(`${second}.${body}`, signing) };
        const request = { method: 'POST', path: url, query: {}, headers, body, ip: '' } as const;
        const { status } = await runPage(domain.runtime, 'hook-t', url.split('/').at(-1) ?? '', request);
        if (status >= 300) throw new Error(`Answered ${String(status)}.`);
      };
      return Promise.resolve({
        deliver: async () => {
          await tell('ringing');
          await tell('answered');
        },
        outcome: async () => ({
          calls: await countOf(domain, 'PhoneCall', { number: { eq: `+593${number.slice(1)}` } }),
          activities: await countOf(domain, 'Activity', { subject: { contains: number.slice(1) } }),
        }),
      });
    },
    allowed: [{ calls: 1, activities: 1 }],
  };
};
