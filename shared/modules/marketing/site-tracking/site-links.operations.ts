import { DomainError, query, ref, text, url } from '#kernel';
import { personOf } from './link-visitor.operations.ts';
import { mailParameter } from './tracking-script.rules.ts';
import { TrackedSite } from './tracked-site.entity.ts';
import { siteAddress } from './visit-page.operations.ts';
import { issueVisitToken } from './visit-tokens.operations.ts';

export const trackingSnippet = query('trackingSnippet', {
  describes: 'What to put into the pages of a site. It does nothing before the site calls `lazo.consent()`.',
  needs: 'trackedSite.read',
  input: { id: ref('TrackedSite', { describes: 'Which site.' }) },
  returns: {
    script: url({ describes: 'The script.' }),
    address: url({ describes: 'Where the script tells what is seen.' }),
    snippet: text({ max: 1000, describes: 'The HTML for the head of each page.' }),
  },
  run: async ({ id }, context) => {
    await context.data(TrackedSite).get(id);
    const [script, address] = await Promise.all([
      siteAddress(context, id, 'script'),
      siteAddress(context, id, 'visit'),
    ]);
    return { script, address, snippet: `<script src="${script}" defer></script>` };
  },
});

export const personalLink = query('personalLink', {
  describes:
    'The address of a page of a site for a mail to one person: whoever follows it and agrees to be known again is known as that person.',
  needs: 'visitor.link',
  input: {
    site: ref('TrackedSite', { describes: 'Which site.' }),
    page: url({ describes: 'The page, on the site.' }),
    person: ref('*', { describes: 'The contact or lead that it is for.' }),
  },
  returns: { url: url({ describes: 'The address to put into the mail.' }) },
  fails: ['NOT_ON_SITE', 'NOT_A_PERSON'],
  run: async ({ site: id, page, person }, context) => {
    const site = await context.data(TrackedSite).get(id);
    const address = new URL(page);
    if (!site.origins.includes(address.origin))
      throw new DomainError('NOT_ON_SITE', `The page is not on ${site.name}.`, ['page']);
    const isSeen = (await context.records([person])).has(person);
    if (!isSeen || !(await personOf(context, person)))
      throw new DomainError('NOT_A_PERSON', 'Name a contact or lead in use.', ['person']);
    address.searchParams.set(mailParameter, await issueVisitToken(context, 'mailLink', person, id));
    return { url: address.toString() };
  },
});
