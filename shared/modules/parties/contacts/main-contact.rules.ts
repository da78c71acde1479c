/** What an account keeps of its main contact. */
type Contact = { readonly id: string; readonly name: string; readonly phone?: string; readonly email?: string };

/** The fields of an account that copy its main contact, so that a list of accounts shows them; all empty without one. */
export const mainContactOf = (contact: Contact | undefined) => ({
  mainContact: contact?.id ?? null,
  mainContactName: contact?.name ?? null,
  mainContactPhone: contact?.phone ?? null,
  mainContactEmail: contact?.email ?? null,
});
