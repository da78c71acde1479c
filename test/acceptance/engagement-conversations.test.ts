import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

const secret = 'what-the-provider-signs-with';
const phone = '+593991234567';
let cloud: TestCloud;
const { ask, act, signIn, idOf } = openClient(() => cloud);
let administrator: Caller;
let seller: Caller;
let stranger: Caller;
let team: Answered;
let rosa: Answered;
let calendar: Answered;
beforeAll(async () => {
  cloud = await startTestCloud();
  [administrator, seller] = (await Promise.all(['administrator', 'seller'].map(signIn))) as [Caller, Caller];
  stranger = await startOtherTenant(cloud);
  team = await act('createTeam', { name: 'Atención', members: [await idOf(seller)] }, '', administrator);
  // People work in it at every hour, so that what is due does not depend on the hour of the test.
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
  calendar = await act('createWorkingCalendar', { name: 'Siempre', observesCountry: false, hours }, '', administrator);
  rosa = await act('createContact', { firstName: 'Rosa', lastName: 'Vera', phone, language: 'es' }, '', seller);
  await cloud.idle();
}, 120_000);
afterAll(() => cloud.stop());

type Line = { readonly id: string; readonly hook: string; readonly page: string };

/** An account of ours on a channel, with its secrets and addresses. */
const lineOf = async (kind: string, more: object = {}): Promise<Line> => {
  const input = { name: kind, kind, team: team.id, answerMinutes: 15, calendar: calendar.id, ...more };
  const { id, version } = await act('createChannelAccount', input, '', administrator);
  const secrets = { id, version, signing: secret, access: 'what-we-send-with', verify: 'the-agreed-word' };
  await act('setChannelSecrets', secrets, '', administrator);
  const { channelAddresses } = await ask<{ channelAddresses: Omit<Line, 'id'> }>(
    'query ($id: ID!) { channelAddresses(id: $id) { hook page } }',
    { id },
    administrator,
  );
  return { id, ...channelAddresses };
};

/** Hands in what a provider has, signed as each signs. */
const handIn = async ({ hook }: Line, body: unknown, key = secret): Promise<number> => {
  const text = JSON.stringify(body);
  const signature = `sha256=${createHmac('sha256', key).update(text).digest('hex')}`;
  const headers = {
    'content-type': 'application/json',
    'x-hub-signature-256': signature,
    'x-signature-256': signature,
    'x-telegram-bot-api-secret-token': key,
  };
  return (await fetch(hook, { method: 'POST', headers, body: text })).status;
};

const whatsApp = (id: string, text: string) => ({
  entry: [
    {
      changes: [
        {
          value: {
            contacts: [{ wa_id: phone.slice(1), profile: { name: 'Rosita' } }],
            messages: [{ id, from: phone.slice(1), type: 'text', text: { body: text } }],
          },
        },
      ],
    },
  ],
});
const own = (id: string, from: string, text: string) => ({ messages: [{ id, from, text }] });

type Kept = { readonly channel: string; readonly to: string; readonly text: string; readonly id: string };
/** What left, newest first. */
const sentTo = async (to: string): Promise<readonly Kept[]> =>
  (await (
    await fetch(`${cloud.ready().mailbox}/phone.json?${new URLSearchParams({ to }).toString()}`)
  ).json()) as Kept[];

type Talk = Answered & { readonly channel: string; readonly peer: string; readonly waitingSince: string | null };
const shown = `id version channel peer peerName status desk handler answers waitedMinutes waitingSince lateAt
  owner { id } contact { id } messages(first: 10) { nodes { text direction status sentBy waitedMinutes media { status file { name } } } }`;
const talks = async (caller: Caller = administrator): Promise<readonly Talk[]> => {
  const text = `{ conversations(first: 20) { nodes { ${shown} } } }`;
  return (await ask<{ conversations: { nodes: readonly Talk[] } }>(text, {}, caller)).conversations.nodes;
};
const talkWith = async (channel: string, peer?: string): Promise<Talk> => {
  const found = (await talks()).find((each) => each.channel === channel && (peer ?? each.peer) === each.peer);
  if (!found) throw new Error(`There is no conversation by ${channel}.`);
  return found;
};
const messageOf = async (id: string) =>
  (
    await ask<{ message: { status: string; possibleDuplicate: boolean; attempts: number } }>(
      'query ($id: ID!) { message(id: $id) { status possibleDuplicate attempts } }',
      { id },
      administrator,
    )
  ).message;

describe('conversations', () => {
  it('OMN-01 gather what comes by WhatsApp, Messenger, Instagram, Telegram, SMS, other programs and the site; once, signed', async () => {
    const whatsapp = await lineOf('WHATSAPP', { address: '555' });
    expect(await failing(act('createChannelAccount', { name: 'X', kind: 'SMS' }, '', administrator))).toContain(
      'ADDRESS_MISSING',
    );
    const challenge = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.verify_token': 'the-agreed-word',
      'hub.challenge': '42',
    });
    expect(await (await fetch(`${whatsapp.hook}?${challenge.toString()}`)).text()).toBe('42');
    expect(await handIn(whatsapp, whatsApp('w1', 'Buenas'), 'another-secret')).toBe(401);
    expect(await handIn(whatsapp, whatsApp('w1', 'Buenas'))).toBe(200);
    expect(await Promise.all([1, 2].map(() => handIn(whatsapp, whatsApp('w1', 'Buenas'))))).toEqual([200, 200]);
    expect((await fetch(whatsapp.hook.replace('/hooks/c/', '/hooks/c/x'), { method: 'POST' })).status).toBe(404);
    const messenger = (text: string) => ({
      entry: [{ messaging: [{ sender: { id: '9001' }, message: { mid: 'm1', text } }] }],
    });
    await handIn(await lineOf('MESSENGER', { address: '77' }), messenger('hola página'));
    await handIn(await lineOf('INSTAGRAM', { address: '78' }), messenger('hola insta'));
    await handIn(await lineOf('TELEGRAM'), {
      message: { message_id: 1, chat: { id: 31 }, from: { first_name: 'Luis' }, text: 'hola bot' },
    });
    await handIn(await lineOf('SMS', { address: '+593990000001' }), own('s1', phone, 'hola sms'));
    await handIn(
      await lineOf('GENERIC', { sendUrl: 'https://messages.lazo.example/in' }),
      own('g1', 'viber:5', 'hola viber'),
    );
    const { page } = await lineOf('WEB_CHAT');
    expect(await (await fetch(`${page}?lang=en`)).text()).toContain('Write to us');
    const form = await (await fetch(page, { headers: { 'accept-language': 'es' } })).text();
    expect(form).toContain('Escríbanos');
    const [, key = ''] = /name="key" value="([^"]+)"/.exec(form) ?? [];
    const typed = new URLSearchParams({ key, name: 'Visita', text: '<b>¿Tienen stock?</b>' });
    const visits = await Promise.all([1, 2].map(() => fetch(page, { method: 'POST', body: typed })));
    const session = visits[0]?.url ?? '';
    expect(visits.map(({ status }) => status)).toEqual([200, 200]);
    expect(await (await fetch(session)).text()).toContain('&lt;b&gt;¿Tienen stock?&lt;/b&gt;');
    const image = { id: 'picture-1', mime_type: 'image/png' };
    const value = { messages: [{ id: 'w-image', from: phone.slice(1), type: 'image', image }] };
    await handIn(whatsapp, { entry: [{ changes: [{ value }] }] });
    await cloud.idle();
    const all = await talks();
    expect(all.map(({ channel }) => channel).sort()).toEqual(
      ['GENERIC', 'INSTAGRAM', 'MESSENGER', 'SMS', 'TELEGRAM', 'WEB_CHAT', 'WHATSAPP'].sort(),
    );
    expect(await talkWith('WHATSAPP')).toMatchObject({
      contact: { id: rosa.id },
      peerName: 'Rosita',
      desk: 'WAITING',
      owner: { id: await idOf(seller) },
      messages: {
        nodes: [
          { text: '', media: [{ status: 'KEPT', file: { name: 'image-1.png' } }] },
          { text: 'Buenas', direction: 'INBOUND', status: 'RECEIVED' },
        ],
      },
    });
    const web = await talkWith('WEB_CHAT');
    await act('sendMessage', { conversation: web.id, text: 'Sí, hay 20 cajas' }, '', seller);
    await cloud.idle();
    const read = await fetch(session, { headers: { accept: 'application/json' } });
    expect(await read.json()).toMatchObject({
      messages: [
        { from: 'you', text: '<b>¿Tienen stock?</b>' },
        { from: 'us', text: 'Sí, hay 20 cajas' },
      ],
    });
    expect(await talks(stranger)).toEqual([]);
    expect(await failing(act('closeConversation', { id: web.id, version: 1 }, '', stranger))).toContain('NOT_FOUND');
    const notHis = act('setChannelSecrets', { id: whatsapp.id, version: 2, signing: 'x'.repeat(9) }, '', seller);
    expect(await failing(notHis)).toContain('FORBIDDEN');
  });

  it('OMN-02 are answered and begun from here, with waiting measured, told when it lasts, and handed on', async () => {
    const mine = await talkWith('WHATSAPP');
    const canned = {
      key: 'horario',
      title: 'Horario',
      es: 'Hola {name}, abrimos a las {hour}.',
      en: 'We open at {hour}.',
    };
    await act('createCannedAnswer', canned, '', administrator);
    expect(await failing(act('sendMessage', { conversation: mine.id, canned: 'horario' }, '', seller))).toContain(
      'VALUE_MISSING',
    );
    await cloud.advance(16 * 60);
    [administrator, seller] = (await Promise.all(['administrator', 'seller'].map(signIn))) as [Caller, Caller];
    const waiting = '{ waitingConversations { waiting late unassigned conversations { id } } }';
    const before = await ask<{ waitingConversations: { waiting: number; late: number } }>(waiting, {}, seller);
    expect(before.waitingConversations).toMatchObject({ waiting: 6, late: 6, unassigned: 0 });
    const inbox = await ask<{ inbox: unknown }>('{ inbox { notifications { nodes { kind } } } }', {}, seller);
    expect(JSON.stringify(inbox)).toContain('conversation.late');
    const answer = { conversation: mine.id, canned: 'horario', values: { hour: 8 }, idempotencyKey: 'once' };
    const { id } = await act('sendMessage', answer, '', seller);
    expect((await act('sendMessage', answer, '', seller)).id).toBe(id);
    await cloud.idle();
    expect(await sentTo(phone.slice(1))).toMatchObject([{ channel: 'WHATSAPP', text: 'Hola Rosa, abrimos a las 8.' }]);
    const [{ id: provider } = { id: '' }] = await sentTo(phone.slice(1));
    const news = (status: string) => ({ entry: [{ changes: [{ value: { statuses: [{ id: provider, status }] } }] }] });
    const { channelAccounts } = await ask<{ channelAccounts: { nodes: { id: string; kind: string }[] } }>(
      '{ channelAccounts { nodes { id kind } } }',
      {},
      administrator,
    );
    const line = channelAccounts.nodes.find(({ kind }) => kind === 'WHATSAPP')?.id ?? '';
    const { channelAddresses } = await ask<{ channelAddresses: Line }>(
      'query ($id: ID!) { channelAddresses(id: $id) { hook } }',
      { id: line },
      administrator,
    );
    for (const status of ['read', 'delivered']) await handIn(channelAddresses, news(status));
    expect(await messageOf(id)).toMatchObject({ status: 'READ' });
    const answered = await talkWith('WHATSAPP');
    expect(answered).toMatchObject({ desk: 'ANSWERED', answers: 1, waitingSince: null });
    expect(Number(answered['waitedMinutes'])).toBeGreaterThanOrEqual(16);
    const manager = await idOf(await signIn('manager'));
    const noted = { id: mine.id, text: 'Es clienta de Quito', mentions: [manager] };
    await act('addConversationNote', noted, '', seller);
    const handed = { id: mine.id, version: answered.version, to: manager, note: 'Sigue tú' };
    await act('transferConversation', handed, '', seller);
    expect(await failing(act('transferConversation', handed, '', administrator))).toContain('STALE_VERSION');
    expect(await talkWith('WHATSAPP')).toMatchObject({ owner: { id: manager } });
    const closing = { id: mine.id, version: (await talkWith('WHATSAPP')).version };
    await act('closeConversation', closing, '', administrator);
    await handIn(channelAddresses, whatsApp('w2', 'Otra pregunta'));
    expect(await talkWith('WHATSAPP')).toMatchObject({ status: 'OPEN', desk: 'WAITING', owner: { id: manager } });
  });

  it('INT-04 reach Messenger, Instagram and Telegram by their own services, and learn what became of it', async () => {
    for (const [channel, peer] of [
      ['MESSENGER', '9001'],
      ['INSTAGRAM', '9001'],
      ['TELEGRAM', '31'],
      ['GENERIC', 'viber:5'],
    ] as const) {
      const { id } = await talkWith(channel);
      await act('sendMessage', { conversation: id, text: `Gracias por ${channel}` }, '', seller);
      await cloud.idle();
      expect((await sentTo(peer))[0]?.text).toBe(`Gracias por ${channel}`);
    }
    expect(await failing(act('sendMessage', { channel: 'TELEGRAM', to: '31', text: 'x' }, '', seller))).toContain(
      'CHANNEL_STARTED_BY_THEM',
    );
  });

  it('MAI-05 tell by SMS that an order was received, once, whatever dies on the way', async () => {
    const told = (text: string) => act('sendMessage', { contact: rosa.id, text, about: rosa.id }, '', seller);
    const { id } = await told('Su pedido 7 fue recibido');
    await cloud.kill9();
    await cloud.restart();
    [administrator, seller] = (await Promise.all(['administrator', 'seller'].map(signIn))) as [Caller, Caller];
    await cloud.idle();
    await cloud.advance(4 * 60);
    expect((await sentTo(phone)).map(({ text }) => text)).toEqual(['Su pedido 7 fue recibido']);
    expect(await messageOf(id)).toMatchObject({ status: 'SENT', possibleDuplicate: false });
    await cloud.admin('POST /messages', { next: ['HANG_UP'] });
    const doubted = await told('Su pedido 8 fue recibido');
    await cloud.idle();
    expect(await messageOf(doubted.id)).toMatchObject({ status: 'SENDING' });
    await cloud.advance(11 * 60);
    expect(await messageOf(doubted.id)).toMatchObject({ status: 'SENT', possibleDuplicate: true, attempts: 2 });
    await cloud.admin('POST /messages', { next: ['REFUSED'] });
    const refused = await told('Su pedido 9 fue recibido');
    await cloud.idle();
    expect(await messageOf(refused.id)).toMatchObject({ status: 'REFUSED' });
    const { timeline } = await ask<{ timeline: { entries: { type: string }[] } }>(
      'query ($id: ID!) { timeline(record: $id) { entries { type } } }',
      { id: rosa.id },
      seller,
    );
    expect(timeline.entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['message.sent', 'message.received']),
    );
  });

  it('MAI-02 MAI-03 reach the people of a list by SMS and by an approved WhatsApp template: each once, with consent, to the end', async () => {
    const consents = ['SMS', 'WHATSAPP'].map((channel) => ({ channel, granted: true }));
    const invite = (firstName: string, last: string, allowed: object[] = consents) =>
      act('createContact', { firstName, phone: `+5939912340${last}`, language: 'es', consents: allowed }, '', seller);
    const people = await Promise.all([invite('Eva', '01'), invite('Leo', '02'), invite('Ana', '03', [])]);
    const list = { name: 'Invitados', recordType: 'Contact', kind: 'STATIC' };
    const segment = await act('createSegment', list, '', administrator);
    const adding = 'mutation ($input: AddToSegmentInput!) { addToSegment(input: $input) { added } }';
    await ask(adding, { input: { id: segment.id, records: people.map(({ id }) => id) } }, administrator);
    const said = { text: 'Hola {name}, feria el {day}', values: { day: 'sábado' }, campaign: 'feria' };
    expect(await failing(act('sendMessages', { segment: segment.id, ...said }, '', seller))).toContain('FORBIDDEN');
    const jobs = [
      await act('sendMessages', { segment: segment.id, ...said, idempotencyKey: 'sms' }, '', administrator),
      await act('sendMessages', { segment: segment.id, ...said, idempotencyKey: 'sms' }, '', administrator),
      await act(
        'sendMessages',
        { segment: segment.id, channel: 'WHATSAPP', template: { name: 'feria', language: 'es', values: ['{name}'] } },
        '',
        administrator,
      ),
    ];
    await cloud.idle();
    expect(jobs[1]?.id).toBe(jobs[0]?.id);
    const results = 'query ($id: ID!) { jobResults(id: $id) { results { status code } } }';
    const outcomes = await Promise.all(
      jobs.slice(1).map(({ id }) => ask<{ jobResults: { results: unknown[] } }>(results, { id }, administrator)),
    );
    for (const { jobResults } of outcomes)
      expect(jobResults.results).toEqual(
        expect.arrayContaining([
          { status: 'created', code: null },
          { status: 'skipped', code: 'NO_CONSENT' },
        ]),
      );
    expect((await sentTo('+593991234001')).map(({ text }) => text)).toEqual(['Hola Eva, feria el sábado']);
    expect((await sentTo('+593991234003')).length + (await sentTo('593991234003')).length).toBe(0);
    expect(await sentTo('593991234002')).toMatchObject([{ channel: 'WHATSAPP', text: 'feria' }]);
  });

  it('OMN-03 begin with a bot that answers, asks what is needed and hands over to a person', async () => {
    const line = await lineOf('GENERIC', { name: 'Bot', sendUrl: 'https://messages.lazo.example/bot' });
    const questions = [{ key: 'order', kind: 'NUMBER', asks: { es: '¿Qué número tiene?' } }];
    const rules = [{ intent: 'order', words: ['pedido'], asks: ['order'], handsOver: true }];
    const farewell = { es: 'Le atiende una persona.' };
    await act('createBot', { name: 'Lía', lines: [line.id], rules, questions, farewell }, '', administrator);
    const write = async (id: string, text: string): Promise<string | undefined> => {
      await handIn(line, own(id, 'pedro', text));
      await cloud.idle();
      return (await sentTo('pedro'))[0]?.text;
    };
    expect(await write('b1', '¿Dónde está mi pedido?')).toBe('¿Qué número tiene?');
    expect(await talkWith('GENERIC', 'pedro')).toMatchObject({ handler: 'BOT', owner: null });
    expect(await write('b2', 'el 1042')).toBe('Le atiende una persona.');
    const over = await talkWith('GENERIC', 'pedro');
    expect(over).toMatchObject({ handler: 'PEOPLE', desk: 'WAITING', owner: { id: await idOf(seller) } });
    expect(JSON.stringify(over['messages'])).toContain('order: 1042');
  });

  it('OMN-04 go on among colleagues about any record, seen by who sees the record', async () => {
    const manager = await signIn('manager');
    const support = await signIn('support');
    const account = await act('createAccount', { name: 'Molinos' }, '', seller);
    const said = { record: account.id, text: '¿Quién le llama?', mentions: [await idOf(manager)] };
    await act('postTeamMessage', said, '', seller);
    const reply = await act('postTeamMessage', { record: account.id, text: 'Yo' }, '', manager);
    const chat = 'query ($id: ID!) { teamChat(record: $id) { messages { nodes { text author { id } } } } }';
    const read = async (caller: Caller, id = account.id) =>
      (await ask<{ teamChat: { messages: { nodes: { text: string }[] } } }>(chat, { id }, caller)).teamChat.messages
        .nodes;
    expect((await read(seller)).map(({ text }) => text)).toEqual(['Yo', '¿Quién le llama?']);
    expect(await failing(read(stranger))).toContain('NOT_FOUND');
    expect(await failing(act('postTeamMessage', { record: account.id, text: ' ' }, '', seller))).toContain('BAD_INPUT');
    const notHers = act('removeTeamMessage', { id: reply.id, version: 1 }, '', seller);
    expect(await failing(notHers)).toContain('FORBIDDEN');
    const edited = { id: reply.id, version: 1, text: 'Yo, el martes' };
    expect(await failing(act('editTeamMessage', edited, '', seller))).toContain('FORBIDDEN');
    await act('editTeamMessage', edited, '', manager);
    expect((await read(seller)).map(({ text }) => text)).toEqual(['Yo, el martes', '¿Quién le llama?']);
    await act('removeTeamMessage', { id: reply.id, version: 2 }, '', manager);
    expect((await read(seller)).map(({ text }) => text)).toEqual(['¿Quién le llama?']);
    await act('postTeamMessage', { record: team.id, text: 'Buenos días a todos' }, '', support);
    expect((await read(seller, team.id)).map(({ text }) => text)).toEqual(['Buenos días a todos']);
    const told = await ask('{ inbox { notifications { nodes { kind } } } }', {}, manager);
    expect(JSON.stringify(told)).toContain('teamChat.mentioned');
  });
});
