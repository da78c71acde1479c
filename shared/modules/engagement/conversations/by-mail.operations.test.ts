import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { workAs } from '#kernel/work';
import { builtInRoles, rulesOfKeys } from '#modules/platform/roles';
import { Mail, queueMail, takeFeedback } from '#modules/platform/mail-out';
import { Notification } from '#modules/platform/notifications';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailIn } from '#test/support/mail-in';
import { Conversation, Message, type ConversationRow, type MessageRow } from './index.ts';

const mailIn = openMailIn(withTenantTable());
let domain: Domain;
let people: readonly string[];
let contact: string;
let inbox: string;
let tenant: string;
beforeEach(async () => {
  ({ domain, people, contact, tenant } = await mailIn.start());
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
    expect(await domain.run('sendMessage', answer)).toMatchObject({ status: 'QUEUED', waitedMinutes: 1 });
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

  it('is to be answered within what its address promises, in working time, wherever they write on', async () => {
    const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    const always = { name: 'Siempre', observesCountry: false, hours };
    const calendar = await domain.run<AnyRow>('createWorkingCalendar', always);
    const rules = [{ name: 'Cases', route: 'CASE', sender: 'KNOWN' }];
    const promised = { name: 'Soporte', address: 'soporte@acme.test', answerMinutes: 10, calendar: calendar.id };
    const { inbox: support } = await mailIn.address(rules, promised);
    const start = domain.clock.now().getTime();
    const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
    await mailIn.receive({ messageId: 'one@client.test', subject: 'No funciona', text: 'Ayuda' }, support);
    const row = await only();
    expect(row).toMatchObject({ waitingSince: at(0), answerBy: at(10), owner: people[0] });
    await domain.advanceTo(at(11));
    expect(await only()).toMatchObject({ lateAt: at(10) });
    const told = await domain
      .reader()
      .trusted(Notification)
      .page('byUser', { of: people[0] ?? '', first: 10 });
    const { preview } = await only();
    expect(preview).toBeDefined();
    expect(told.rows).toContainEqual(expect.objectContaining({ kind: 'conversation.late', body: preview }));
    await domain.run('sendMessage', { conversation: row.id, text: 'Ya lo vemos' });
    await mailIn.deliver();
    expect((await only()).answerBy).toBeUndefined();
    await domain.advanceTo(at(20));
    const back = mailIn.sent[0]?.replyTo ?? '';
    await mailIn.receive({ subject: 'Re: No funciona', headers: ['In-Reply-To: <one@client.test>'] }, back);
    const again = await only();
    expect([again.id, again.answerBy, again.lateAt]).toEqual([row.id, at(30), undefined]);
  });

  it('shows what became of each mail, and goes on waiting when a rule answers or nothing went out', async () => {
    await mailIn.receive({ messageId: 'one@client.test', subject: 'No funciona', text: 'Ayuda' }, inbox);
    const row = await only();
    const thread = row.peer;
    domain.clock.advance(60_000);
    await workAs(domain.runtime, domain.actor(), 'an-automatic-answer', (context) =>
      queueMail(context, { to: ['rosa@client.test'], subject: 'Recibido', body: 'Gracias', thread }),
    );
    await mailIn.deliver();
    expect((await said(row)).at(-1)).toEqual(['OUTBOUND', 'SENT', expect.stringContaining('Gracias')]);
    expect(await only()).toMatchObject({ desk: 'WAITING', waitingSince: row.waitingSince, answers: 0 });
    const answer = await domain.run<MessageRow>('sendMessage', { conversation: row.id, text: 'Ya lo vemos' });
    const mail = (answer.providerId ?? '').replace('mail:', '');
    await mailIn.deliver();
    const told = async (event: string, more: object = {}) => {
      const { messageId = '' } = await domain.reader().trusted(Mail).get(mail);
      const tags = { tenant: [tenant], mail: [mail] };
      await takeFeedback(domain.runtime, { eventType: event, mail: { messageId, tags }, ...more });
      await domain.settle();
      return domain.reader().trusted(Message).get(answer.id);
    };
    expect(await told('Delivery')).toMatchObject({ status: 'DELIVERED' });
    expect(await told('Open')).toMatchObject({ status: 'READ' });
    const angry = { complaint: { complainedRecipients: [{ emailAddress: 'rosa@client.test' }] } };
    expect(await told('Complaint', angry)).toMatchObject({ problem: expect.stringContaining('spam') });
    expect(await failure(domain.run('sendMessage', { conversation: row.id, text: '¿Y?' }))).toBe('SUPPRESSED');
  });

  it('is answered by whom it was handed to, of another team, also when they write again', async () => {
    const messageId = 'one@client.test';
    await mailIn.receive({ messageId, subject: 'No funciona', text: 'Ayuda' }, inbox);
    const [ana = '', ben = ''] = people;
    const teams = await Promise.all(
      [ana, ben].map((member, nth) =>
        domain.run<AnyRow>('createTeam', { name: `Equipo ${String(nth)}`, members: [member] }),
      ),
    );
    const seller = (user: string, nth: number) => {
      const rules = rulesOfKeys(builtInRoles(domain.registry), ['seller']);
      return domain.actor({ id: user, userId: user, rules, teams: [teams[nth]?.id ?? ''], teamMembers: [user] });
    };
    const { id, version } = await only();
    const answer = (text: string) => ({ conversation: id, text });
    expect(await failure(domain.run('sendMessage', answer('Soy Ben'), seller(ben, 1)))).toBe('NOT_FOUND');
    const handed = { id, version, to: ben, team: teams[1]?.id };
    await domain.run('transferConversation', handed, seller(ana, 0));
    expect(await failure(domain.run('sendMessage', answer('Aún yo'), seller(ana, 0)))).toBe('NOT_FOUND');
    await domain.run('sendMessage', answer('Ya lo veo'), seller(ben, 1));
    await mailIn.deliver();
    expect(mailIn.sent).toMatchObject([{ headers: { 'in-reply-to': '<one@client.test>' } }]);
    const again = { subject: 'Re: No funciona', headers: [`In-Reply-To: <${messageId}>`], text: '¿Y bien?' };
    await mailIn.receive(again, inbox);
    expect(await only()).toMatchObject({ owner: people[1], preview: '¿Y bien?' });
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
