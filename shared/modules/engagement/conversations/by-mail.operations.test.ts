import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailIn } from '#test/support/mail-in';
import { Conversation, Message, type ConversationRow } from './index.ts';

const mailIn = openMailIn(withTenantTable());
let domain: Domain;
let people: readonly string[];
let contact: string;
let inbox: string;
beforeEach(async () => {
  ({ domain, people, contact } = await mailIn.start());
  ({ inbox } = await mailIn.address([{ name: 'Cases', route: 'CASE', sender: 'KNOWN' }]));
});

const only = async (): Promise<ConversationRow> => {
  const { rows } = await domain.reader().trusted(Conversation).page('all', { first: 10 });
  expect(rows).toHaveLength(1);
  return domain
    .reader()
    .trusted(Conversation)
    .get(rows[0]?.id ?? '');
};
const said = async ({ id }: ConversationRow) => {
  const { rows } = await domain.reader().trusted(Message).page('byConversation', { of: id, first: 20 });
  return rows.map(({ direction, status, text }) => [direction, status, text]);
};

describe('a thread of mails', () => {
  it('is a conversation like any other: waiting, answered from here by mail, and continued', async () => {
    const first = await mailIn.receive({ messageId: 'one@client.test', subject: 'No funciona', text: 'Ayuda' }, inbox);
    const row = await only();
    expect(row).toMatchObject({ channel: 'EMAIL', contact, subject: 'No funciona', desk: 'WAITING', owner: people[0] });
    expect(row.about).toBe(first?.record);
    domain.clock.advance(60_000);
    const answer = { conversation: row.id, text: 'Ya lo vemos' };
    expect(await domain.run('sendMessage', answer)).toMatchObject({ status: 'SENT', waitedMinutes: 1 });
    await mailIn.deliver();
    expect(mailIn.sent).toMatchObject([{ headers: { 'in-reply-to': '<one@client.test>' } }]);
    expect(await only()).toMatchObject({ desk: 'ANSWERED', answers: 1 });
    domain.clock.advance(60_000);
    await mailIn.receive(
      { subject: 'Re: No funciona', headers: ['In-Reply-To: <one@client.test>'], text: 'Gracias' },
      inbox,
    );
    expect(await only()).toMatchObject({ id: row.id, desk: 'WAITING' });
    expect(await said(row)).toEqual([
      ['INBOUND', 'RECEIVED', 'Ayuda'],
      ['OUTBOUND', 'SENT', 'Ya lo vemos'],
      ['INBOUND', 'RECEIVED', 'Gracias'],
    ]);
    const last = (await mailIn.mails()).find(({ excerpt }) => excerpt === 'Gracias');
    domain.clock.advance(60_000);
    await domain.run('replyToMail', { mail: last?.id, text: 'De nada' });
    await mailIn.deliver();
    expect((await said(row)).at(-1)?.slice(0, 2)).toEqual(['OUTBOUND', 'SENT']);
    expect(await only()).toMatchObject({ desk: 'ANSWERED', answers: 2 });
    const stranger = domain.actor({ tenant: 'other' });
    expect(await failure(domain.run('sendMessage', answer, stranger))).toBe('NOT_FOUND');
  });

  it('keeps whom it is with, and gives the words of others in it to those alone', async () => {
    const messageId = 'one@client.test';
    const copied = ['Cc: luis@client.test, eva@other.test'];
    await mailIn.receive({ messageId, subject: 'No funciona', text: 'Ayuda', headers: copied }, inbox);
    const luis = await domain.run<AnyRow>('createContact', {
      firstName: 'Luis',
      lastName: 'Paz',
      email: 'luis@client.test',
    });
    await domain.settle();
    const headers = [`In-Reply-To: <${messageId}>`];
    const again = { subject: 'Re: No funciona', headers };
    await mailIn.receive({ ...again, from: 'Luis <luis@client.test>', text: 'Yo también' }, inbox);
    await mailIn.receive({ ...again, from: 'Eva <eva@other.test>', text: 'Y yo' }, inbox);
    const row = await only();
    expect(row).toMatchObject({ contact });
    const whose = async () => {
      const { rows } = await domain.reader().trusted(Message).page('byConversation', { of: row.id, first: 20 });
      return Object.fromEntries(rows.map(({ text, contact: of }) => [text, of]));
    };
    const all = { Ayuda: contact, 'Yo también': luis.id, 'Y yo': undefined };
    expect(await whose()).toEqual(all);
    const eva = await domain.run<AnyRow>('createContact', { firstName: 'Eva', lastName: 'Mora' });
    await domain.run('updateConversation', { id: row.id, version: row.version, contact: eva.id });
    await domain.settle();
    expect(await whose()).toEqual({ ...all, 'Y yo': eva.id });
  });
});
