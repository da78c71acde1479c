import { module } from '#kernel';
import { Contact } from './contact.entity.ts';

/** People and organisations to speak to. */
export const contacts = module('parties/contacts', { entities: [Contact] });
export { Contact, type ContactRow } from './contact.entity.ts';
