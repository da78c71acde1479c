import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import type { Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailIn } from '#test/support/mail-in';
import { Conversation } from '#modules/engagement/conversations';
import { Case } from '#modules/service/cases';
import type { MailAddressRow } from './index.ts';

const mailIn = openMailIn(withTenantTable());
const { receive } = mailIn;
let domain: Domain;
let people: readonly string[];
let account: string;
let contact: string;
beforeEach(async () => {
  ({ domain, people, account, contact } = await mailIn.start());
});

describe('the private address', () => {
  it('files what a person forwards or copies on the card of the customer, and opens nothing', async () => {
    const ana = domain.actor({ id: people[0] ?? '', userId: people[0] ?? '' });
    const { inbox } = await domain.run<MailAddressRow>('renewMyMailAddress', {}, ana);
    const copied = await receive({ from: 'ana@example.com', to: 'Rosa <rosa@client.test>', subject: 'Oferta' }, inbox);
    expect(copied).toMatchObject({
      outcome: 'FILED',
      direction: 'OUTBOUND',
      record: contact,
      account,
      ownerId: people[0],
    });
    const answer = await receive({ to: 'ana@example.com', subject: 'Re: Oferta', text: 'Gracias' }, inbox);
    expect(answer).toMatchObject({ thread: copied?.thread, direction: 'INBOUND', contact });
    const elsewhere = { from: 'ana@home.test', to: 'Rosa <rosa@client.test>', subject: 'De casa' };
    expect(await receive(elsewhere, inbox)).toMatchObject({ outcome: 'FILED', direction: 'OUTBOUND', record: contact });
    const original = 'Content-Type: message/rfc822\r\n\r\nFrom: Rosa <rosa@client.test>\r\nSubject: Antes\r\n\r\nHola';
    const enclosed = {
      ...{ from: 'ana@example.com', to: inbox, subject: 'Ver adjunto', text: `--b\r\n${original}\r\n--b--\r\n` },
      headers: ['Content-Type: multipart/mixed; boundary=b'],
    };
    expect(await receive(enclosed, inbox)).toMatchObject({ outcome: 'FILED', direction: 'INBOUND', contact });
    const text =
      'Mira\n\n---------- Forwarded message ---------\nDe: Rosa <rosa@client.test>\nAsunto: Precio\n\n¿Cuánto?';
    const handedOn = await receive({ from: 'ana@example.com', to: inbox, subject: 'Fwd: Precio', text }, inbox);
    expect(handedOn).toMatchObject({ outcome: 'FILED', direction: 'INBOUND', record: contact });
    expect(handedOn?.excerpt).toBe('Mira ¿Cuánto?');
    for (const mail of [handedOn, copied]) {
      expect(mail?.correspondent).toBe('rosa@client.test');
      const reply = await domain.run('replyToMail', { mail: mail?.id, text: 'Va' }, ana);
      expect(reply).toMatchObject({ to: ['rosa@client.test'] });
    }
    const { rows } = await domain.reader().trusted(Conversation).page('all', { first: 10 });
    expect(rows.map(({ peerName }) => peerName)).not.toContain('ana@example.com');
    const filed = rows.find(({ subject }) => subject === 'Fwd: Precio');
    expect(filed).toMatchObject({ peerName: 'Rosa Vera', desk: 'ANSWERED', contact });
    expect(await mailIn.read(handedOn?.thread)).toMatchObject({ standing: 'ANSWERED' });
    const timeline = await domain.run<{ page: { rows: readonly AnyRow[] } }>('timeline', { record: contact });
    expect(JSON.stringify(timeline)).toContain(String(copied?.id));
    const renewed = await domain.run<MailAddressRow>('renewMyMailAddress', {}, ana);
    expect(renewed.inbox).not.toBe(inbox);
    expect(await receive({ from: 'ana@example.com', to: 'rosa@client.test', subject: 'Tarde' }, inbox)).toBeUndefined();
  });

  it('takes nothing from another address: the mail that it filed opens what that one says', async () => {
    const ana = domain.actor({ id: people[0] ?? '', userId: people[0] ?? '' });
    const { inbox } = await domain.run<MailAddressRow>('renewMyMailAddress', {}, ana);
    const { id, inbox: ours } = await mailIn.address([{ name: 'Cases', route: 'CASE', sender: 'KNOWN' }]);
    const mail = { messageId: 'both@client.test', subject: 'A los dos' };
    const filed = await receive(mail, inbox);
    expect(filed).toMatchObject({ outcome: 'FILED', record: contact });
    for (const _again of [1, 2]) expect(await receive(mail, ours)).toBeUndefined();
    const opened = await mailIn.read<AnyRow>(filed?.id);
    expect(opened).toMatchObject({ outcome: 'OPENED', address: id, account });
    expect(await mailIn.read(String(opened['record']))).toMatchObject({ subject: 'A los dos', contact });
    expect((await domain.reader().data(Case).list({ first: 5 })).rows).toHaveLength(1);
  });
});
