import { DomainError, boolean, mutation, optional, ref, type Context } from '#kernel';
import { fileKey, readableFile, seenOrRefused, type FileRow } from '#modules/platform/files';
import { draftOf } from './card-draft.rules.ts';
import type { CardField } from './card-fields.rules.ts';
import { CardScan } from './card-scan.entity.ts';
import { matchingAccounts, matchingContacts } from './matches.operations.ts';

/** What Textract takes in one call. */
const largest = 10 * 1024 * 1024;
const pictures = /^image\/(?:jpeg|png)\b/;
/** How long the picture of somebody who was not asked is kept. */
const keptDays = 30;

export const scanCard = mutation('scanCard', {
  describes:
    'Reads an uploaded photo of a business card, in Spanish or English. Answers a draft: each value with how sure it is and where it stands, and the contacts and accounts that it may be already. `confirmCard` makes the contact; nothing is saved before.',
  needs: 'cardScan.create',
  input: {
    file: ref('File', { describes: 'The uploaded picture, JPEG or PNG, at most 10 MiB.' }),
    thorough: optional(
      boolean({
        describes: 'Asks the picture in words too, even when its lines leave no doubts. Costs ten times as much.',
      }),
    ),
  },
  returns: CardScan,
  fails: ['FILE_NOT_UPLOADED', 'CARD_NOT_A_PICTURE', 'CARD_TOO_LARGE', 'CARD_UNREADABLE', 'CARD_EMPTY'],
  run: async ({ file: id, thorough = false }, context) => {
    const file = await readableFile(context, id);
    assertPicture(file);
    const fields = await fieldsOf(context, fileKey(context.actor.tenant, id), thorough);
    const [contacts, accounts] = [await matchingContacts(context, fields), await matchingAccounts(context, fields)];
    const until = new Date(context.clock.now().getTime() + keptDays * 86_400_000).toISOString();
    return context.data(CardScan).create({
      file: id,
      fields,
      draft: draftOf(fields),
      contacts,
      accounts,
      pictureUntil: until,
      ...(context.actor.userId !== undefined && { owner: context.actor.userId }),
    });
  },
});

const assertPicture = ({ contentType, size }: FileRow): void => {
  if (!pictures.test(contentType))
    throw new DomainError('CARD_NOT_A_PICTURE', 'A card is read from a photo: JPEG or PNG.', ['file']);
  if (size > largest) throw new DomainError('CARD_TOO_LARGE', 'A photo of a card has at most 10 MiB.', ['file']);
};

/** Lines first; questions, which cost ten times as much, only where the lines leave doubts. */
const fieldsOf = async (context: Context, key: string, thorough: boolean): Promise<readonly CardField[]> => {
  const { documentReader } = context.ports;
  const { cardQuestions, leavesDoubts, readCard, withAnswers } = await import('./read-card.rules.ts');
  const reading = { country: context.actor.country };
  const fields = readCard(await seenOrRefused('CARD_UNREADABLE', () => documentReader.readLines(key)), reading);
  const asked =
    thorough || leavesDoubts(fields)
      ? withAnswers(
          fields,
          await seenOrRefused('CARD_UNREADABLE', () => documentReader.answer(key, cardQuestions)),
          reading,
        )
      : fields;
  if (asked.length === 0) throw new DomainError('CARD_EMPTY', 'Nothing of a business card was found on it.', ['file']);
  return asked.slice(0, 60).map((field) => ({ ...field, value: field.value.slice(0, 300) }));
};
