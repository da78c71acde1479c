import { visitorCookie } from '#modules/marketing/forms';

/** The part of an address that a link in a mail to one person carries. */
export const mailParameter = 'lazo';

/** Seconds that the cookie lives: thirteen months, as the token in it. */
const cookieSeconds = 395 * 86_400;

/**
 * What the pages of a site run. Nothing is kept or told before the site calls `lazo.consent()`, which it does when its visitor
 * agrees; `lazo.withdraw()` takes that back. The cookie is the site's own.
 */
export const trackingScript = (address: string): string => `(function () {
  var address = ${JSON.stringify(address)};
  var name = '${visitorCookie}';
  function known() {
    var found = new RegExp('(?:^|; )' + name + '=([^;]+)').exec(document.cookie);
    return found ? found[1] : '';
  }
  function keep(value, seconds) {
    document.cookie = name + '=' + value + '; path=/; max-age=' + seconds + '; SameSite=Lax' +
      (location.protocol === 'https:' ? '; Secure' : '');
  }
  function tell(action) {
    var said = new URLSearchParams();
    said.set('action', action);
    said.set('visitor', known());
    said.set('page', location.href);
    said.set('title', document.title || '');
    said.set('referrer', document.referrer);
    said.set('link', new URLSearchParams(location.search).get('${mailParameter}') || '');
    return fetch(address, { method: 'POST', body: said, keepalive: true }).then(function (answer) { return answer.json(); });
  }
  window.lazo = {
    consent: function () {
      return tell('consent').then(function (answer) { if (answer.visitor) keep(answer.visitor, ${String(cookieSeconds)}); });
    },
    withdraw: function () {
      var done = known() ? tell('withdraw') : Promise.resolve();
      return done.then(function () { keep('', 0); });
    },
    view: function () { return known() ? tell('view') : Promise.resolve(); }
  };
  window.lazo.view().catch(function () {});
})();
`;
