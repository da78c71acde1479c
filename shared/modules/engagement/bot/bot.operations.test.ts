import { beforeEach, describe, expect, it } from '@jest/globals';
import { module, type AnyRow } from '#kernel';
import { Conversation } from '#modules/engagement/conversations';
import { openConversing, written } from '#test/support/conversing';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { botProblems, mostTurns, nextTurn, spoken, type Script, type Talk, type Turn } from './bot.rules.ts';
import { answersPoint, BotTalk, type BotAnswers } from './index.ts';

const es = (text: string) => ({ es: text });
const script: Script = {
  greeting: es('¡Hola!'),
  rules: [
    { intent: 'hours', words: ['horario', 'a qué hora'], says: es('De 8 a 18.') },
    {
      intent: 'order',
      words: ['pedido', 'mi orden'],
      says: es('Con gusto.'),
      asks: ['number', 'mail'],
      then: es('Gracias.'),
      handsOver: true,
    },
  ],
  questions: [
    { key: 'number', asks: es('¿Qué número?'), kind: 'NUMBER' },
    { key: 'mail', asks: es('¿Su correo?'), kind: 'EMAIL' },
  ],
  fallback: es('No entendí.'),
  farewell: es('Le atiende una persona.'),
  personWords: ['persona', 'asesor'],
  mostMisses: 1,
};
const fresh: Talk = { collected: {}, misses: 0, turns: 0 };
const said = ({ says }: Turn) => says.map((each) => spoken(each, 'en'));
const talkThrough = (...texts: readonly string[]): readonly Turn[] => {
  let talk = fresh;
  return texts.map((text) => {
    const turn = nextTurn(script, talk, text);
    ({ talk } = turn);
    return turn;
  });
};

describe('a turn', () => {
  it('greets once and knows what people want by whole words, whatever accents they leave out', () => {
    const [first, second] = talkThrough('¿A QUE HORA abren?', 'y el horario?');
    expect([first, second].map((turn) => turn && said(turn))).toEqual([['¡Hola!', 'De 8 a 18.'], ['De 8 a 18.']]);
    expect(nextTurn(script, fresh, 'horarios')).toMatchObject({ isLost: true });
  });

  it('asks what is needed, again where the answer is none, and hands over with what it has heard', () => {
    const turns = talkThrough('mi pedido', 'no sé', 'el 1042 creo', 'rosa@example.com');
    expect(turns.map(said)).toEqual([
      ['¡Hola!', 'Con gusto.', '¿Qué número?'],
      ['¿Qué número?'],
      ['¿Su correo?'],
      ['Gracias.', 'Le atiende una persona.'],
    ]);
    expect(turns.at(-1)).toMatchObject({
      handsOver: true,
      talk: { intent: 'order', collected: { number: '1042', mail: 'rosa@example.com' } },
    });
  });

  it('hands over to who asks for a person, and when it does not understand too often', () => {
    expect(nextTurn(script, fresh, 'quiero hablar con una PERSONA')).toMatchObject({ handsOver: true });
    const turns = talkThrough('xyz', 'zyx');
    expect(turns.map(({ handsOver }) => handsOver)).toEqual([false, true]);
  });

  it('does not talk on with a robot that understands it', () => {
    const turns = talkThrough(...Array.from({ length: mostTurns + 1 }, () => 'horario'));
    expect(turns.slice(0, -1).some(({ handsOver }) => handsOver)).toBe(false);
    expect(turns.at(-1)).toMatchObject({ handsOver: true });
  });

  it('asks nothing that it has no question for', () => {
    const rules = [
      { intent: 'a', words: [], asks: ['no'] },
      { intent: 'a', words: [] },
    ];
    expect(botProblems({ rules, questions: [] }).map(({ code }) => code)).toEqual(['QUESTION_UNKNOWN', 'KEY_TWICE']);
  });
});

const knowsAll: BotAnswers = {
  key: 'test',
  describes: 'Knows one thing.',
  answer: (_, { text }) => Promise.resolve(text.includes('garantía') ? 'Un año.' : undefined),
};
const knowing = module('engagement/knowing', { contributes: { [answersPoint]: [knowsAll] } });
const desk = openConversing(withTenantTable(), [knowing]);
let domain: Domain;
beforeEach(async () => {
  domain = await desk.start();
});

describe('a bot', () => {
  it('speaks first, finds answers elsewhere, and hands over with what it has collected', async () => {
    const line = await desk.line('GENERIC', { sendUrl: 'https://own.test/in' });
    const { greeting, rules, questions, fallback, farewell } = script;
    const made = { name: 'Lía', lines: [line], greeting, rules, questions, fallback, farewell };
    expect(await failure(domain.run('createBot', { ...made, questions: [] }))).toBe('QUESTION_UNKNOWN');
    const bot = await domain.run<AnyRow>('createBot', made);
    const handedOver: unknown[] = [];
    const write = async (id: string, text: string, from = 'rosa') => {
      await desk.handIn(line, written(id, from, text));
      const events = await domain.settle();
      handedOver.push(...events.filter(({ type }) => type === 'botTalk.handedOver').map(({ data }) => data));
      await desk.drain();
      return desk.caught.at(-1)?.body['text'];
    };
    expect(await write('1', '¿cuál es la garantía?')).toBe('Un año.');
    const [talking] = await desk.conversations();
    expect(talking).toMatchObject({ handler: 'BOT', desk: 'ANSWERED', answers: 0 });
    expect(await write('2', 'mi pedido')).toBe('Con gusto.\n\n¿Qué número?');
    expect(await write('3', '77')).toBe('¿Su correo?');
    expect(await write('4', 'rosa@example.com')).toBe('Gracias.\n\nLe atiende una persona.');
    const [over] = await desk.conversations();
    expect(over).toMatchObject({ handler: 'PEOPLE', desk: 'WAITING' });
    const notes = (await desk.messagesOf(over?.id ?? '')).filter(({ direction }) => direction === 'NOTE');
    expect(notes.map(({ text }) => text)).toEqual(['intent: order\nnumber: 77\nmail: rosa@example.com']);
    const { rows } = await domain
      .reader()
      .data(BotTalk)
      .page('byConversation', { of: over?.id ?? '' });
    expect(rows).toMatchObject([{ status: 'HANDED_OVER', bot: bot.id, collected: { number: '77' } }]);
    expect(handedOver).toMatchObject([{ intent: 'order', collected: { number: '77', mail: 'rosa@example.com' } }]);
    // Also who says nothing else first is handed over, and workflows hear of it.
    await write('w1', 'una persona', '+593991234567');
    expect(handedOver.slice(1)).toMatchObject([{ phone: '+593991234567', collected: {}, status: 'HANDED_OVER' }]);
    const sent = desk.caught.length;
    await write('5', 'horario');
    expect(desk.caught).toHaveLength(sent);
    const { version } = await domain
      .reader()
      .trusted(Conversation)
      .get(over?.id ?? '');
    await domain.run('closeConversation', { id: over?.id, version });
    expect(await write('6', 'horario')).toBe('¡Hola!\n\nDe 8 a 18.');
  });

  it('speaks only while nobody works where it is to, and says then when people will answer', async () => {
    const { rules, questions } = script;
    const day = new Date(domain.clock.now()).getUTCDay() || 7;
    const at = async (name: string, weekday: number): Promise<string> => {
      const hours = [{ weekday, from: '00:00', to: '24:00' }];
      const made = { name, observesCountry: false, hours };
      const calendar = await domain.run<AnyRow>('createWorkingCalendar', made);
      return desk.line('GENERIC', { sendUrl: 'https://own.test/in', calendar: calendar.id });
    };
    const [open, closed] = [await at('Today', day), await at('Tomorrow', (day % 7) + 1)];
    const closedFarewell = { es: 'Le respondemos mañana.' };
    const made = { name: 'Noche', lines: [open, closed], hours: 'OUTSIDE_HOURS', rules, questions, closedFarewell };
    await domain.run('createBot', made);
    for (const line of [open, closed]) await desk.handIn(line, written(line, line, 'una persona, por favor'));
    await domain.settle();
    await desk.drain();
    expect(desk.caught.map(({ body }) => body['text'])).toEqual(['Le respondemos mañana.']);
    const rows = await desk.conversations();
    expect(rows.map(({ handler, desk: waits, unread }) => [handler, waits, unread])).toEqual([
      ['PEOPLE', 'WAITING', 1],
      ['PEOPLE', 'WAITING', 1],
    ]);
  });
});
