import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { runPage } from '#kernel/run-page';
import { Notification } from '#modules/platform/notifications';
import { openConversing, written } from '#test/support/conversing';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { person } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const desk = openConversing(withTenantTable());
const { caught, conversations, drain, handIn, line, messageOf, messagesOf, only } = desk;
const phone = '+593991234567';
let domain: Domain;
beforeEach(async () => {
  domain = await desk.start();
});

const send = (input: object) => domain.run<AnyRow>('sendMessage', input as Record<string, unknown>);
describe('what is handed in', () => {
  it('is taken once, of whoever signs it, and found by the number of a contact', async () => {
    const sms = await line('SMS', { address: '+593990000001' });
    const contact = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', lastName: 'Vera', phone });
    await domain.settle();
    expect(
      await handIn(sms, written('1', phone, 'hola'), { headers: { 'x-signature-256': 'sha256=00' } }),
    ).toMatchObject({
      status: 401,
    });
    expect(await handIn(sms, 'no', { body: '{' })).toMatchObject({ status: 401 });
    const sns = { headers: { 'x-amz-sns-message-type': 'Notification' } };
    expect(await handIn(sms, { Type: 'Notification' }, sns)).toMatchObject({ status: 401 });
    expect(await conversations()).toEqual([]);
    const twice = { messages: [...written('1', phone, 'hola').messages, ...written('1', phone, 'hola').messages] };
    expect(await handIn(sms, twice)).toMatchObject({ status: 200, body: '{"taken":1}' });
    const both = await Promise.all([1, 2].map(() => handIn(sms, written('2', phone, '¿está?'))));
    expect(both.map(({ status }) => status).filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(await handIn(sms, written('2', phone, '¿está?'))).toMatchObject({ status: 200, body: '{"taken":0}' });
    const row = await only();
    expect(row).toMatchObject({
      channel: 'SMS',
      contact: contact.id,
      status: 'OPEN',
      desk: 'WAITING',
      preview: '¿está?',
    });
    expect((await messagesOf(row.id)).map(({ text, direction }) => [text, direction])).toEqual([
      ['hola', 'INBOUND'],
      ['¿está?', 'INBOUND'],
    ]);
    await domain.run('archiveChannelAccount', { id: sms, version: 2 });
    expect(await handIn(sms, written('3', phone, 'x'))).toMatchObject({ status: 404 });
    const stranger = domain.actor({ tenant: 'other' });
    expect(await failure(domain.run('channelAddresses', { id: sms }, stranger))).toBe('NOT_FOUND');
    expect(await failure(domain.run('closeConversation', { id: row.id, version: 1 }, stranger))).toBe('NOT_FOUND');
  });

  it('comes in and goes out whatever is cut within an emoji, or is half of one', async () => {
    const own = await line('GENERIC');
    const told = { from: phone, name: `${'n'.repeat(199)}👋`, text: `${'h'.repeat(118)}👋 hola` };
    const half = { ...told, id: '2', text: '\uD83D' };
    expect(await handIn(own, { messages: [{ ...told, id: '1' }, half] })).toMatchObject({ body: '{"taken":2}' });
    const row = await only();
    expect((await messagesOf(row.id)).map(({ text }) => text)).toEqual([told.text, '\uFFFD']);
    await send({ conversation: row.id, text: told.text });
    expect(await only()).toMatchObject({ peerName: `${'n'.repeat(199)}\uFFFD`, preview: `${'h'.repeat(118)}…` });
  });

  it('is taken in however much of it there is, each once', async () => {
    const own = await line('GENERIC');
    const many = Array.from({ length: 40 }, (_, nth) => ({
      id: `p${String(nth)}`,
      from: `n${String(nth)}`,
      text: 'a',
    }));
    const more = Array.from({ length: 60 }, (_, nth) => ({ id: `m${String(nth)}`, from: 'rosa', text: String(nth) }));
    const body = { messages: [...many, ...more], statuses: more.map(({ id }) => ({ id, status: 'delivered' })) };
    expect(await handIn(own, body)).toMatchObject({ status: 200, body: '{"taken":100}' });
    expect(await handIn(own, body)).toMatchObject({ status: 200, body: '{"taken":0}' });
    const rows = await conversations();
    expect(rows).toHaveLength(41);
    const rosa = rows.find(({ peer }) => peer === 'rosa');
    expect(rosa).toMatchObject({ unread: 60, preview: '59' });
    expect((await messagesOf(rosa?.id ?? '')).map(({ text }) => text)).toEqual(
      more.slice(0, 50).map(({ text }) => text),
    );
  });

  it('of Meta needs the word that was agreed on; secrets are never shown', async () => {
    const page = await line('MESSENGER', { address: '77' });
    const asked = (word: string) => ({ 'hub.mode': 'subscribe', 'hub.verify_token': word, 'hub.challenge': '4711' });
    const verify = async (word: string) =>
      runPage(domain.runtime, 'hook-c', await desk.tokenOf(page), {
        ...desk.request,
        method: 'GET',
        query: asked(word),
      });
    expect(await verify('a-word-agreed')).toMatchObject({ status: 200, body: '4711' });
    expect(await verify('another-word')).toMatchObject({ status: 403 });
    expect(await failure(domain.run('setChannelSecrets', { id: page, version: 2, signing: 'short' }))).toBe(
      'SECRET_TOO_SHORT',
    );
    const row = await domain.run<AnyRow>('updateChannelAccount', { id: page, version: 2, name: 'Página' });
    expect(row).toMatchObject({ secrets: ['SIGNING', 'ACCESS', 'VERIFY'] });
    expect(JSON.stringify(row)).not.toContain('a-signing-secret');
  });
});

describe('what colleagues say', () => {
  it('is told to those whom it is for and who see the record', async () => {
    const [ana = '', beto = ''] = await makePeople(domain, ['Ana', 'Beto']);
    await line('SMS', { address: '+593990000001' });
    await domain.run('sendMessage', { to: phone, text: 'hola' }, person(domain, ana, { rules: domain.actor().rules }));
    const { id } = await only();
    await drain();
    const caro = person(domain, (await makePeople(domain, ['Caro']))[0] ?? '', { rules: domain.actor().rules });
    const said = { text: 'mira', mentions: [ana, beto] };
    await domain.run('addConversationNote', { id, ...said }, caro);
    await domain.run('postTeamMessage', { record: id, ...said }, caro);
    const told = async (user: string) =>
      (await domain.reader().trusted(Notification).page('byUser', { of: user, first: 10 })).rows.map(
        ({ kind }) => kind,
      );
    expect((await told(ana)).toSorted()).toEqual(['conversation.mentioned', 'teamChat.mentioned']);
    expect(await told(beto)).toEqual([]);
  });
});

describe('waiting', () => {
  it('is measured until somebody answers, told when it is too long, and begins anew', async () => {
    const [ana = '', beto = ''] = await makePeople(domain, ['Ana', 'Beto']);
    const team = await domain.run<AnyRow>('createTeam', { name: 'Atención', manager: beto, members: [ana] });
    const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    const calendar = await domain.run<AnyRow>('createWorkingCalendar', {
      name: 'Siempre',
      observesCountry: false,
      hours,
    });
    const own = await line('GENERIC', {
      team: team.id,
      answerMinutes: 10,
      calendar: calendar.id,
      sendUrl: 'https://own.test/in',
    });
    const start = domain.clock.now().getTime();
    const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
    await handIn(own, written('1', 'rosa', 'hola'));
    await domain.settle();
    expect(await only()).toMatchObject({ owner: ana, waitingSince: at(0), answerBy: at(10) });
    await domain.advanceTo(at(11));
    expect(await only()).toMatchObject({ lateAt: at(10) });
    const waiting = await domain.run('waitingConversations', {});
    expect(waiting).toMatchObject({ waiting: 1, late: 1, unassigned: 0, longestSince: at(0) });
    const { id } = await only();
    const answer = await send({ conversation: id, text: '  Buenos días ' });
    expect(answer).toMatchObject({ waitedMinutes: 11, text: 'Buenos días', status: 'QUEUED' });
    expect(await only()).toMatchObject({ desk: 'ANSWERED', answers: 1, waitedMinutes: 11, longestWaitMinutes: 11 });
    expect((await only()).waitingSince).toBeUndefined();
    await drain();
    expect(caught).toMatchObject([{ url: 'https://own.test/in', body: { to: 'rosa', text: 'Buenos días' } }]);
    const row = await only();
    await domain.run('closeConversation', { id, version: row.version });
    await handIn(own, written('2', 'rosa', 'otra cosa'));
    expect(await only()).toMatchObject({
      id,
      status: 'OPEN',
      desk: 'WAITING',
      waitingSince: at(11),
      answers: 1,
      unread: 1,
    });
    const { version } = await only();
    expect(await failure(domain.run('snoozeConversation', { id, version, until: at(11) }))).toBe('BAD_INPUT');
    await domain.run('snoozeConversation', { id, version, until: at(15) });
    expect(await domain.run('waitingConversations', {})).toMatchObject({ waiting: 0 });
    await domain.advanceTo(at(16));
    expect(await domain.run('waitingConversations', {})).toMatchObject({ waiting: 1 });
    await domain.run('markConversationRead', { id });
    const asleep = await only();
    expect(asleep).toMatchObject({ unread: 0, desk: 'WAITING' });
    await domain.run('snoozeConversation', { id, version: asleep.version, until: at(60) });
    await handIn(own, written('3', 'rosa', '¿hola?'));
    const awake = await only();
    expect([awake.unread, awake.snoozedUntil, awake.answerBy]).toEqual([1, undefined, at(21)]);
    await domain.advanceTo(at(22));
    expect(await only()).toMatchObject({ lateAt: at(21) });
  });

  it('lasts until an answer leaves that was written to leave later', async () => {
    const own = await line('GENERIC', { sendUrl: 'https://own.test/in' });
    const start = domain.clock.now().getTime();
    const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
    await handIn(own, written('1', 'rosa', 'hola'));
    await domain.advanceTo(at(1));
    const { id } = await only();
    const { id: later } = await send({ conversation: id, text: 'Ya abrimos', sendAt: at(30) });
    await drain();
    expect(await only()).toMatchObject({ desk: 'WAITING', waitingSince: at(0), answers: 0 });
    await domain.advanceTo(at(31));
    await drain();
    expect(await messageOf(later)).toMatchObject({ status: 'SENT', waitedSince: at(0), waitedMinutes: 31 });
    expect(await only()).toMatchObject({ desk: 'ANSWERED', answers: 1, waitedMinutes: 31 });
  });

  it('is shared out in turn among those who are there, or to who has least; a keeper of the customer comes first', async () => {
    const [ana = '', beto = '', caro = ''] = await makePeople(domain, ['Ana', 'Beto', 'Caro']);
    const team = await domain.run<AnyRow>('createTeam', { name: 'Atención', members: [ana, beto, caro] });
    await domain.run('setAbsence', { user: beto, from: '2026-01-01' });
    const own = await line('GENERIC', { team: team.id });
    for (const peer of ['a', 'b', 'c']) {
      await handIn(own, written(peer, peer, 'hola'));
      await domain.settle();
    }
    const owners = async () => Object.fromEntries((await conversations()).map(({ peer, owner }) => [peer, owner]));
    expect(await owners()).toEqual({ a: ana, b: caro, c: ana });
    const free = await line('SMS', { address: '+593990000001', team: team.id, assignment: 'LEAST_BUSY' });
    await domain.run('createContact', { firstName: 'Rosa', lastName: 'Vera', phone, owner: ana });
    await domain.settle();
    await handIn(free, {
      messages: [...written('d', phone, 'x').messages, ...written('e', '+593991234568', 'y').messages],
    });
    await domain.settle();
    expect(await owners()).toMatchObject({ [phone]: ana, '+593991234568': caro });
    const row = (await conversations()).find(({ peer }) => peer === 'b');
    const handed = { id: row?.id, version: row?.version, to: ana, note: 'Pregunta por el pedido' };
    const done = await domain.run<{ conversation: AnyRow }>(
      'transferConversation',
      handed,
      person(domain, caro, { rules: domain.actor().rules }),
    );
    expect(done.conversation).toMatchObject({ ownerId: ana });
    const { rows } = await domain.reader().trusted(Notification).page('byUser', { of: ana, first: 20 });
    const told = rows.find(({ body }) => body === 'Pregunta por el pedido');
    expect(told?.title).toMatch(/^Caro (le pasa la conversación con|hands you the conversation with) /);
    const notes = (await messagesOf(row?.id ?? '')).filter(({ direction }) => direction === 'NOTE');
    expect(notes).toMatchObject([{ text: 'Pregunta por el pedido', author: caro, mentions: [ana] }]);
    expect(await failure(domain.run('transferConversation', { ...handed, to: beto }))).toBe('STALE_VERSION');
    // Who has left is handed nothing, and what they had goes on to who is there as soon as somebody writes.
    await domain.run('deactivateUser', { id: beto });
    const left = { id: row?.id, version: done.conversation.version, to: beto };
    expect(await failure(domain.run('transferConversation', left))).toBe('NOT_ACTIVE');
    await domain.run('setAbsence', { user: ana, from: '2026-01-01' });
    await handIn(own, written('f', 'b', '¿sigue ahí?'));
    await domain.settle();
    expect(await owners()).toMatchObject({ b: caro });
  });
});
