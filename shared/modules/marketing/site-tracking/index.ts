import { module } from '#kernel';
import { privacyBelongings, privacyLoose, type PrivacyBelonging, type PrivacyLoose } from '#modules/platform/privacy';
import type { RoleGrant } from '#modules/platform/roles';
import { readyPoint } from '#modules/platform/workflows';
import { viewsOf, visitorPages } from './page-views.operations.ts';
import { readyWithVisitors } from './ready-workflows.rules.ts';
import { personalLink, trackingSnippet } from './site-links.operations.ts';
import { TrackedSite } from './tracked-site.entity.ts';
import { visitPage, visitScript } from './visit-page.operations.ts';
import { Visitor } from './visitor.entity.ts';
import { callOnReturn, linkVisitors } from './visitor.reactions.ts';

export { TrackedSite } from './tracked-site.entity.ts';
export { Visitor, type VisitorRow } from './visitor.entity.ts';

/** What somebody looked at goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = ['contact', 'lead'].map((field) => ({ of: Visitor.name, field }));
/** Pages that were seen lie beside their visitor. */
const seen: PrivacyLoose = { of: Visitor.name, name: 'pages', read: viewsOf };

/** Sites are the tenant's; sellers see visits of those whom they handle. */
const grants: readonly RoleGrant[] = [
  { roles: ['manager', 'seller'], grants: ['visitor.link'] },
  {
    roles: ['seller', 'support'],
    entities: { TrackedSite: { create: 'none', read: 'all', update: 'none', archive: 'none' } },
  },
];

/** Sites of the tenant and who visits them: with consent, known again, and called when they come back. */
export const siteTracking = module('marketing/site-tracking', {
  entities: [TrackedSite, Visitor],
  operations: [visitorPages, trackingSnippet, personalLink],
  reactions: [linkVisitors, callOnReturn],
  pages: [visitPage, visitScript],
  contributes: {
    [privacyBelongings]: ofPeople,
    [privacyLoose]: [seen],
    [readyPoint]: readyWithVisitors,
    'role-grants': grants,
  },
});
