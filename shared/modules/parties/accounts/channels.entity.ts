import { boolean, email, list, object, optional, phone, text } from '#kernel';

const label = (describes: string) => optional(text({ max: 40, describes }));
const primary = optional(
  boolean({ describes: 'Whether it is the one to use first. One of the list is; the first when none is said to be.' }),
);

const labelledPhone = object('LabelledPhone', {
  number: phone({ search: 'digits', describes: 'The number.' }),
  label: label('What it is for: mobile, office, home.'),
  primary,
});

const labelledEmail = object('LabelledEmail', {
  address: email({ search: 'words', describes: 'The address.' }),
  label: label('What it is for: work, private, invoices.'),
  primary,
});

/** How a party is reached: lists of phones and e-mails, and of each the one to use first. */
export const channelFields = {
  phone: optional(
    phone({ describes: 'The phone to use first. Given alone it joins `phones`; null takes it out of them.' }),
  ),
  email: optional(
    email({ describes: 'The e-mail address to use first. Given alone it joins `emails`; null takes it out of them.' }),
  ),
  phones: optional(list(labelledPhone, { max: 20, describes: 'All phones, one of them primary.' })),
  emails: optional(list(labelledEmail, { max: 20, describes: 'All e-mail addresses, one of them primary.' })),
};
