import { timer } from '#kernel';
import { birthdayAfter } from './birthday.rules.ts';
import { Contact } from './contact.entity.ts';

export const celebrate = timer(Contact, {
  describes: 'Tells of a birthday in the morning, for workflows to act on, and waits for the next one.',
  run: (row, { trusted }) => {
    const { birthday, nextBirthday } = row;
    if (birthday !== undefined && nextBirthday !== undefined) {
      const changes = { nextBirthday: birthdayAfter(birthday, nextBirthday) };
      trusted(Contact).update(row, changes, { event: 'contact.celebrated' });
    }
    return Promise.resolve();
  },
});
