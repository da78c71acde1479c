import { list, object, query, signedIn, text } from '#kernel';
import { routesIn } from './extension-points.rules.ts';

const routeFields = {
  key: text({ max: 20, describes: 'What rules call it: LEAD, CASE.' }),
  describes: text({ max: 500, describes: 'What a mail opens by it.' }),
  recordType: text({ max: 60, describes: 'The kind of record.' }),
};

export const mailRoutes = query('mailRoutes', {
  describes: 'What mails can open: the routes that rules of addresses may name.',
  needs: signedIn,
  input: {},
  returns: { routes: list(object('MailRoute', routeFields), { max: 50, describes: 'By key.' }) },
  run: (_input, { registry }) => {
    const routes = routesIn(registry).map(({ key, describes, of }) => ({ key, describes, recordType: of.name }));
    return Promise.resolve({ routes: routes.toSorted((one, other) => (one.key < other.key ? -1 : 1)) });
  },
});
