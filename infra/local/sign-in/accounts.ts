// Who may sign in on this machine. Passwords are kept as scrypt hashes.
import { randomBytes, randomUUID, scryptSync, timingSafeEqual } from 'node:crypto';
import type { Store } from '../store.ts';

/** A person; `subject` is the `sub` of tokens. */
export type Account = { readonly subject: string; readonly email: string; readonly name: string };

/** All accounts, one for each e-mail address. */
export type Accounts = {
  /** Ensures an account and answers it. One that is there keeps its name and password, as in Cognito. */
  ensure(person: {
    readonly email: string;
    readonly name: string;
    readonly password: string;
  }): Account & { readonly isNew: boolean };
  /** The account with this address and password. */
  authenticate(email: string, password: string): Account | undefined;
  get(subject: string): Account | undefined;
};

const hashLength = 32;

/** In this thread: in those of the pool, each would keep the 16 MB that a hash takes. */
const scrypt = (password: string, salt: Buffer): Buffer => scryptSync(password, salt, hashLength);

/** Opens the accounts. */
export function openAccounts(store: Store): Accounts {
  store.exec(
    'CREATE TABLE IF NOT EXISTS accounts (email TEXT PRIMARY KEY, subject TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL) WITHOUT ROWID',
  );
  const sql = {
    byEmail: store.prepare('SELECT * FROM accounts WHERE email = ?'),
    bySubject: store.prepare('SELECT * FROM accounts WHERE subject = ?'),
    insert: store.prepare('INSERT OR IGNORE INTO accounts (email, subject, name, password) VALUES (?, ?, ?, ?)'),
  };
  return {
    ensure({ email, name, password }) {
      const address = email.trim().toLowerCase();
      const known = sql.byEmail.get(address);
      if (known) return { ...toAccount(known), isNew: false };
      const isNew = sql.insert.run(address, randomUUID(), name, hashPassword(password)).changes > 0;
      return { ...toAccount(sql.byEmail.get(address)), isNew };
    },
    authenticate(email, password) {
      const row = sql.byEmail.get(email.trim().toLowerCase());
      const isRight = verifyPassword(password, typeof row?.['password'] === 'string' ? row['password'] : '');
      return row && isRight ? toAccount(row) : undefined;
    },
    get(subject) {
      const row = sql.bySubject.get(subject);
      return row && toAccount(row);
    },
  };
}

const hashPassword = (password: string): string => {
  const salt = randomBytes(16);
  return `${salt.toString('base64url')}.${scrypt(password, salt).toString('base64url')}`;
};

/** Works as long for a wrong address as for a wrong password. */
const verifyPassword = (password: string, stored: string): boolean => {
  const [salt = '', expected = ''] = stored.split('.').map((part) => Buffer.from(part, 'base64url'));
  const hash = scrypt(password, Buffer.from(salt));
  return expected.length === hashLength && timingSafeEqual(hash, Buffer.from(expected));
};

const toAccount = (row: Readonly<Record<string, unknown>> | undefined): Account => ({
  subject: String(row?.['subject']),
  email: String(row?.['email']),
  name: String(row?.['name']),
});
