import { module } from '#kernel';
import { enterVCards } from './vcard.jobs.ts';
import { addVCards, contactQrCode, contactVCard } from './vcard.operations.ts';

/** Contacts as vCards: they enter and leave as files, and as QR codes. */
export const vCards = module('parties/vcards', {
  operations: [addVCards, contactVCard, contactQrCode],
  jobs: [enterVCards],
});
