import { given, type AnyEntity, type Context, type InputOf } from '#kernel';
import { customized } from '#kernel/custom-fields';
import { accept } from '#kernel/validate-accept';
import { schemaOfFields } from '#kernel/validate-fields';
import { Contact, createContact } from '#modules/parties/contacts';
import { partiesReachedBy } from '#modules/sales/leads';
import type { Made, SentForm } from './extension-points.rules.ts';
import { customIn, personIn } from './filling.rules.ts';

/** Values as records of the entity take them, with the tenant's own fields. @throws BAD_INPUT that names what does not fit */
export const acceptedFor = <E extends AnyEntity>({ registry, actor }: Context, of: E, values: object): InputOf<E> => {
  const { fields } = customized(registry.entity(of.name), actor.customFields);
  return accept(schemaOfFields(fields, 'input', actor.country), values) as InputOf<E>;
};

/** Who is known by the address or the number that was given: what nobody shares by chance. */
export const knownSender = async (context: Context, { values }: SentForm): Promise<Omit<Made, 'made'> | undefined> => {
  const { email, phone } = personIn(values);
  const { contact, account } = await partiesReachedBy(context, given({ email, phone }));
  if (!contact && !account) return undefined;
  const { owner, team } = contact ?? account ?? {};
  return given({ contact: contact?.id, account: contact?.account ?? account?.id, owner, team });
};

/** Makes a contact of whoever sent it; of an account, where one is said. */
export const contactOfSender = async (context: Context, sent: SentForm, account?: string): Promise<Made> => {
  const { owner, team, source, tags } = sent.form;
  const { firstName, lastName, company, email, phone, jobTitle, message } = personIn(sent.values);
  const isNamed = firstName !== undefined || lastName !== undefined;
  const named = isNamed
    ? { firstName, lastName }
    : { type: 'ORGANISATION', organisationName: company ?? email ?? phone };
  const draft = { ...named, jobTitle, email, phone, description: message, account, owner, team, source, tags };
  const values = acceptedFor(context, Contact, given({ ...draft, ...customIn(sent.values) }));
  const contact = await context.run(createContact, { values });
  const { id, owner: holder, team: holders } = contact;
  return given({ made: id, contact: id, account, owner: holder, team: holders, isStranger: true });
};
