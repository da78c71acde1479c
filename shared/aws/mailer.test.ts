import { describe, expect, it } from '@jest/globals';
import { MailRefused } from '#kernel/ports';
import { withRecordingService } from '#test/support/aws-service';
import { readEnvironment } from './environment.ts';
import { openMailer } from './mailer.ts';

const mail = {
  from: 'a@lazo.test',
  to: ['b@x.test', 'c@x.test'],
  raw: Buffer.from('Subject: ñ\r\n\r\nx'),
  tags: { tenant: 't1' },
};
const error = (code: string, status = 400) => ({
  status,
  type: 'text/xml',
  text: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
});
const sent = {
  type: 'text/xml',
  text: '<SendRawEmailResponse><SendRawEmailResult><MessageId>m1</MessageId></SendRawEmailResult></SendRawEmailResponse>',
};

describe('the mailer', () => {
  const service = withRecordingService('SES');
  const mailer = openMailer(readEnvironment({ MAIL_CONFIGURATION_SET: 'lazo-dev' }));

  it('sends the bytes as they are, with recipients, tags and configuration set', async () => {
    service.reply = () => sent;
    expect(await mailer.send(mail)).toEqual({ messageId: 'm1' });
    const form = new URLSearchParams(service.requests[0]?.body);
    expect(Buffer.from(form.get('RawMessage.Data') ?? '', 'base64').toString()).toBe('Subject: ñ\r\n\r\nx');
    expect(Object.fromEntries(form)).toMatchObject({
      Action: 'SendRawEmail',
      Source: 'a@lazo.test',
      'Destinations.member.2': 'c@x.test',
      'Tags.member.1.Name': 'tenant',
      'Tags.member.1.Value': 't1',
      ConfigurationSetName: 'lazo-dev',
    });
  });

  it('waits when SES is asked too fast', async () => {
    service.reply = () => (service.requests.length < 3 ? error('Throttling') : sent);
    expect(await mailer.send(mail)).toEqual({ messageId: 'm1' });
  });

  it('says so when SES refused', async () => {
    service.reply = () => error('MessageRejected');
    await expect(mailer.send(mail)).rejects.toThrow(MailRefused);
  });

  it('never repeats what may have been sent', async () => {
    service.reply = () => error('InternalFailure', 500);
    await expect(mailer.send(mail)).rejects.not.toThrow(MailRefused);
    expect(service.requests).toHaveLength(1);
  });
});
