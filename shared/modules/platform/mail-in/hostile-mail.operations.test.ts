import { beforeEach, describe, expect, it } from '@jest/globals';
import { Case } from '#modules/service/cases';
import type { Domain } from '#test/support/domain';
import { dyingTable } from '#test/support/dying-table';
import { withTenantTable } from '#test/support/engine';
import { openMailIn } from '#test/support/mail-in';
import { writeMail } from '#test/support/written-mail';
import { MailThread, receiveMail } from './index.ts';

const mailIn = openMailIn(withTenantTable());
const { address, receive, mails, receiptFor } = mailIn;
let domain: Domain;
const worker = dyingTable();
let isPaused = false;
let inbox: string;
beforeEach(async () => {
  worker.revive();
  isPaused = false;
  ({ domain } = await mailIn.start({ through: worker.through, isPaused: () => Promise.resolve(isPaused) }));
  ({ inbox } = await address([
    { name: 'Cases', route: 'CASE', sender: 'KNOWN' },
    { name: 'Leads', route: 'LEAD', assign: 'RECORD_RULES' },
  ]));
});

const counted = async () => {
  const { data } = domain.reader();
  const [cases, threads] = await Promise.all([
    data(Case).list({ first: 100 }),
    data(MailThread).page('all', { first: 100 }),
  ]);
  return { cases: cases.rows.length, threads: threads.rows.length, mails: (await mails()).length };
};

const multipart = (parts: readonly string[], more: readonly string[] = []) => ({
  headers: ['Content-Type: multipart/mixed; boundary=b', ...more],
  text: [...parts.flatMap((part) => ['--b', part]), '--b--', ''].join('\r\n'),
});
const attached = (name: string, type: string, body: string | Buffer = 'x') =>
  `Content-Type: ${type}\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(body).toString('base64')}`;

/** What Outlook makes of a.txt. */
const packed = Buffer.from('eJ8+IgEAAgKQAAACAAAAAAAAAAIQgAAABgAAAGEudHh0AAAAAg+AAAADAAAAdW5vAAA=', 'base64');

describe('hostile mail', () => {
  it('of any kind is one mail, one conversation and at most one record, and ends nothing', async () => {
    const latin = Buffer.concat([
      writeMail({ subject: 'Latin', headers: ['Content-Type: text/plain; charset=utf-8'], text: '' }),
      Buffer.from('Ma\xf1ana \xff\xfe', 'latin1'),
    ]);
    const corpus: readonly (readonly [string, Parameters<typeof receive>[0]])[] = [
      ['no bytes at all', Buffer.alloc(0)],
      ['empty lines', Buffer.from('\r\n\r\n')],
      ['noise', Buffer.from(Array.from({ length: 5000 }, (_none, index) => (index * 7919) % 256))],
      ['another charset than it says', latin],
      ['a charset that nobody knows', { headers: ['Content-Type: text/plain; charset=klingon'], text: 'qapla' }],
      ['mojibake', { subject: '=?utf-8?B?w4PCsW/Dgw==?=', text: 'Ã±oÃ±o \u0000\u0007 \ud800' }],
      ['a broken encoded word', { subject: '=?utf-8?Q?=ZZ=E2=82?= =?x?y?z?=' }],
      [
        'five hundred parts',
        {
          subject: 'Parts',
          ...multipart(Array.from({ length: 500 }, (_none, at) => attached(`f${String(at)}.txt`, 'text/plain'))),
        },
      ],
      ['winmail.dat', { subject: 'Outlook', ...multipart([attached('winmail.dat', 'application/ms-tnef', packed)]) }],
      [
        'a program',
        {
          subject: 'Program',
          ...multipart([attached('factura.exe', 'application/x-msdownload'), attached('../../a/b.txt', 'text/plain')]),
        },
      ],
      [
        'parts within parts',
        {
          subject: 'Deep',
          headers: ['Content-Type: multipart/mixed; boundary=b'],
          text: '--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n'.repeat(300),
        },
      ],
      ['more text than an item holds', { subject: 'Much', text: `${'€\n'.repeat(90_000)}\n> ${'€'.repeat(90_000)}` }],
      ['no sender', Buffer.from(`To: ${inbox}\r\nSubject: Nobody\r\n\r\nHola`)],
      ['a sender without end', Buffer.from(`From: ${'a'.repeat(300_000)}\r\nSubject: Whoever\r\n\r\nHola`)],
      ['quotes without end', Buffer.from(`From: "${'\\"'.repeat(150_000)}\r\nSubject: Quoted\r\n\r\nHola`)],
      [
        'many recipients',
        { subject: 'Many', to: Array.from({ length: 2000 }, (_none, at) => `p${String(at)}@x.test`).join(', ') },
      ],
      ['a long subject', { subject: 'x'.repeat(20_000) }],
      ['references without end', { subject: 'Refs', headers: [`References: ${'<a@b.test> '.repeat(5000)}`] }],
      ['a date that is none', { subject: 'Date', headers: ['Date: mañana'] }],
      ['a placeholder', { subject: '{{ record.account.taxId }} <script>' }],
      [
        'letters of old programs, and a mark before them',
        Buffer.concat([
          Buffer.from([0xef, 0xbb, 0xbf]),
          Buffer.from('From: "Jos\xe9" <rosa@client.test>\r\nSubject: Ma\xf1ana\r\n\r\nHola', 'latin1'),
        ]),
      ],
      [
        'lines that end by LF alone, in Latin',
        Buffer.from(
          'From: rosa@client.test\nSubject: Espa\xf1a\nContent-Type: text/plain; charset=iso-8859-1\n\nHasta ma\xf1ana',
          'latin1',
        ),
      ],
      [
        'a head in UTF-8 that is longer than what is looked at',
        Buffer.from(
          [
            ...['From: rosa@client.test', `X-Long: ${'é\r\n é'.repeat(9000)}`, `X-More: x${'é\r\n é'.repeat(9000)}`],
            ...['Subject: Señal', '', 'Hola'],
          ].join('\r\n'),
        ),
      ],
      [
        'mails within mails',
        Buffer.from(
          `From: rosa@client.test\r\nSubject: Nested\r\n${'Content-Type: message/rfc822\r\n\r\n'.repeat(500)}x`,
        ),
      ],
      [
        'headers without end',
        {
          subject: 'Headers',
          headers: Array.from({ length: 60_000 }, (_none, at) => `X-${String(at)}: ${'v'.repeat(40)}`),
        },
      ],
      [
        'names that lead elsewhere',
        {
          subject: 'Names',
          ...multipart([
            ...['/etc/passwd', '..', 'a\u202efdp.txt', 'bomb.zip'].map((name) =>
              attached(name, 'application/octet-stream'),
            ),
            `Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*0*=UTF-8''..%2F%E2%82%AC; filename*1=" x.pdf"\r\n\r\nx`,
          ]),
        },
      ],
      [
        'HTML that would do something',
        {
          subject: 'Html',
          headers: ['Content-Type: text/html'],
          text: '<p>Hola</p><script>alert(1)</script><img src=http://x.test/y onerror=z><a href="javascript:alert(1)">clic</a><div>El lun escribió:<blockquote>antes</blockquote></div>',
        },
      ],
      [
        'a calendar that is none',
        {
          subject: 'Cal',
          ...multipart(['Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY']),
        },
      ],
    ];
    let before = await counted();
    for (const [what, mail] of corpus) {
      const kept = await receive(mail, inbox);
      expect([what, kept?.outcome]).toEqual([what, expect.stringMatching(/OPENED|KEPT|REPLY/)]);
      const after = await counted();
      expect([what, after.mails - before.mails]).toEqual([what, 1]);
      expect(after.threads - before.threads).toBeLessThanOrEqual(1);
      before = after;
      expect(kept?.subject).toBe(kept?.subject.toWellFormed());
      expect(kept?.attachments.length).toBeLessThanOrEqual(30);
    }
    const named = (subject: string) => mails().then((all) => all.find((mail) => mail.subject === subject));
    expect(await named('Mañana')).toMatchObject({ from: 'rosa@client.test', fromName: 'José' });
    expect(await named('España')).toMatchObject({ excerpt: 'Hasta mañana' });
    expect(await named('Señal')).toMatchObject({ excerpt: 'Hola' });
    expect(await named('Html')).toMatchObject({ excerpt: 'Hola clic' });
    const namesIn = async (subject: string) => {
      const ids = (await named(subject))?.attachments ?? [];
      return [...(await domain.reader().records(ids)).values()].map((file) => file['name']);
    };
    expect(await namesIn('Outlook')).toEqual(['a.txt']);
    expect(await namesIn('Names')).toEqual(['passwd', 'part-2', 'afdp.txt', 'bomb.zip', '€ x.pdf']);
    const program = (await mails()).find(({ subject }) => subject === 'Program');
    expect(program?.attachments).toHaveLength(1);
    expect(program?.decisions).toContainEqual(
      expect.objectContaining({ step: 'ATTACHMENT', test: 'factura.exe', found: false }),
    );
  });

  it('of 25 MB is kept whole', async () => {
    const big = {
      subject: 'Big',
      ...multipart([
        `Content-Type: application/pdf; name=big.pdf\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${'QUJD'.repeat(19).concat('\r\n').repeat(340_000)}`,
      ]),
    };
    const kept = await receive(big, inbox);
    expect(kept?.size).toBeGreaterThan(25 * 1024 * 1024);
    expect(kept?.attachments).toHaveLength(1);
    expect(kept?.outcome).toBe('OPENED');
  });

  it('with the Message-ID of another is a mail of its own, in the conversation of its sender alone', async () => {
    const mine = await receive({ messageId: 'same@client.test', subject: 'Mío' }, inbox);
    const again = await receive({ messageId: 'same@client.test', subject: 'Mío' }, inbox);
    expect(again).toBeUndefined();
    const other = await receive({ messageId: 'same@client.test', subject: 'Otro', text: 'Distinto' }, inbox);
    expect(other?.thread).not.toBe(mine?.thread);
    const stranger = { from: 'eva@evil.test', messageId: 'same@client.test', subject: 'Mío' };
    expect((await receive(stranger, inbox))?.thread).not.toBe(mine?.thread);
  });
});

describe('a mail that is announced more than once', () => {
  it('is one mail with one record, whoever dies where, and however many work on it', async () => {
    const raw = writeMail({ subject: 'Una vez', messageId: 'once@client.test' });
    const receipt = receiptFor([inbox]);
    const work = (): Promise<unknown> => receiveMail(domain.runtime, receipt, raw).catch((error: unknown) => error);
    const { files } = domain.runtime.ports;
    const { put } = files;
    Object.assign(files, { put: () => Promise.reject(new Error('The storage died.')) });
    expect(String(await work())).toContain('storage died');
    Object.assign(files, { put });
    worker.dieAt(1, { livesOn: true });
    expect(String(await work())).toContain('died before');
    expect(await counted()).toEqual({ cases: 0, threads: 0, mails: 0 });
    worker.dieAt(1, { after: true, livesOn: true });
    expect(String(await work())).toContain('died after');
    await Promise.all([work(), work(), work()]);
    await domain.settle();
    expect(await counted()).toEqual({ cases: 1, threads: 1, mails: 1 });
    // Each try wrote the same bytes to the same place.
    const [{ raw: file } = { raw: '' }] = await mails();
    expect((await files.list('')).map(({ key }) => key)).toEqual([expect.stringContaining(file)]);
  });

  it('is one when several begin at once, and its answers at the same moment find one conversation', async () => {
    const receipt = receiptFor([inbox]);
    const raw = writeMail({ subject: 'A la vez', messageId: 'first@client.test' });
    await Promise.all([1, 2, 3].map(() => receiveMail(domain.runtime, receipt, raw)));
    const answers = [1, 2, 3].map((count) =>
      writeMail({ subject: 'Re: A la vez', text: String(count), headers: ['In-Reply-To: <first@client.test>'] }),
    );
    await Promise.all(answers.map((answer) => receiveMail(domain.runtime, receiptFor([inbox]), answer)));
    await domain.settle();
    expect(await counted()).toEqual({ cases: 1, threads: 1, mails: 4 });
  });

  it('waits for a person where nothing new may begin', async () => {
    isPaused = true;
    const kept = await receive({ subject: 'Tarde' }, inbox);
    expect(kept).toMatchObject({ outcome: 'KEPT' });
    expect(kept?.record).toBeUndefined();
  });
});
