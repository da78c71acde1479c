import { boolean, integer, list, optional, query, record, ref } from '#kernel';
import { decision, InboundMail } from './inbound-mail.entity.ts';
import { MailAddress } from './mail-address.entity.ts';

export const explainMail = query('explainMail', {
  describes:
    'Why a mail became what it is: where it came in, each guard, who its sender is, each way by which its conversation was looked for, each rule, who was chosen, and what was opened.',
  needs: 'inboundMail.read',
  input: { id: ref('InboundMail', { describes: 'Which mail.' }) },
  returns: {
    mail: record(InboundMail, 'The mail.'),
    decisions: list(decision, { max: 100, describes: 'Each step, in order.' }),
    rulesVersion: optional(integer({ describes: 'The version of the rules that it was decided by.' })),
    isCurrent: boolean({ describes: 'Whether the rules of its address are still those.' }),
  },
  run: async ({ id }, { data, trusted }) => {
    const mail = await data(InboundMail).get(id);
    const address = mail.address === undefined ? undefined : await trusted(MailAddress).find(mail.address);
    return {
      mail,
      decisions: mail.decisions,
      ...(mail.rulesVersion !== undefined && { rulesVersion: mail.rulesVersion }),
      isCurrent: address?.rulesVersion === mail.rulesVersion,
    };
  },
});
