import { module } from '#kernel';
import { privacyBelongings } from '#modules/platform/privacy';
import { panelSections } from '#modules/engagement/activities';
import { suggestionSettings } from './suggest.operations.ts';
import { SuggestedOpportunity } from './suggested-opportunity.entity.ts';
import { ownKinds, suggestionKinds } from './suggestion-kinds.rules.ts';
import { dismissSuggestion, openSuggestion, suggestedSection, suggestOpportunity } from './suggestion.operations.ts';
import { followCases, followInterests, noteContact, showSuggestion, watchNewcomers } from './suggestion.reactions.ts';

/** Sales that nobody works on yet. */
export const suggestions = module('sales/suggestions', {
  entities: [SuggestedOpportunity],
  extensions: [{ of: 'Tenant', fields: suggestionSettings }],
  operations: [openSuggestion, dismissSuggestion, suggestOpportunity],
  reactions: [noteContact, watchNewcomers, followInterests, followCases],
  timers: [showSuggestion],
  contributes: {
    [suggestionKinds]: ownKinds,
    [panelSections]: [suggestedSection],
    [privacyBelongings]: [{ of: SuggestedOpportunity.name, field: 'account' }],
  },
});
export { suggest, withdraw, type Suggestion } from './suggest.operations.ts';
export { SuggestedOpportunity } from './suggested-opportunity.entity.ts';
export { suggestionKinds, type SuggestionKind } from './suggestion-kinds.rules.ts';
