/** The cookie of a tracked site that names its visitor. */
export const visitorCookie = 'lazo_visitor';

/**
 * What a web site runs to show a form where the script stands: it fetches the form, puts it into a tree of its own, so that neither
 * style meets the other, and sends it without leaving the page. It is written for browsers as they have been for years.
 */
export const snippetScript = (address: string): string => `(function () {
  var address = ${JSON.stringify(address)};
  var here = document.currentScript;
  var place = document.createElement('div');
  here.parentNode.insertBefore(place, here.nextSibling);
  var root = place.attachShadow({ mode: 'open' });
  var visitor = /(?:^|; )${visitorCookie}=([^;]+)/.exec(document.cookie);
  var query = '?embed=1&page=' + encodeURIComponent(location.href) +
    '&referrer=' + encodeURIComponent(document.referrer) +
    '&lang=' + encodeURIComponent((document.documentElement.lang || '').slice(0, 2)) +
    '&visitor=' + (visitor ? visitor[1] : '');
  function ask(options) {
    return fetch(address + query, options).then(function (answer) { return answer.json(); });
  }
  function show(answer) {
    if (answer.redirect) { location.assign(answer.redirect); return; }
    root.innerHTML = answer.html || '';
    var form = root.querySelector('form');
    if (form) form.addEventListener('submit', send);
    var wrong = root.querySelector('[aria-invalid]');
    if (wrong) wrong.focus();
  }
  function send(event) {
    event.preventDefault();
    var button = event.target.querySelector('button');
    if (button) button.disabled = true;
    ask({ method: 'POST', body: new FormData(event.target) }).then(show, function () {
      if (button) button.disabled = false;
    });
  }
  ask().then(show, function () {});
})();
`;
