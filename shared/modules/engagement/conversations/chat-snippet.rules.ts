import { visitDays } from './chat-words.rules.ts';

/** What the snippet says before anything was loaded. */
const words = { es: 'Escríbanos', en: 'Write to us' } as const;

const plainColour = '#1f4b99';
/** A visit lasts a day longer: nobody is led to one that has ended. */
const keptDays = visitDays - 1;

/**
 * What a web site runs to have the chat in a corner of its pages: a button that opens it in a frame. Where the visitor is, is kept
 * with the site, so that the next page goes on there. It is written for browsers as they have been for years.
 */
export const chatSnippet = (address: string, colour: string): string => `(function () {
  var address = ${JSON.stringify(address)};
  var origin = address.split('/').slice(0, 3).join('/');
  var place = 'lazo-chat ' + address.slice(-24);
  var lang = (document.documentElement.lang || '').slice(0, 2);
  var words = ${JSON.stringify(words)};
  var host = document.createElement('div');
  var root = host.attachShadow({ mode: 'open' });
  root.innerHTML = '<style>button{position:fixed;right:20px;bottom:20px;z-index:2147483647;padding:14px 20px;border:0;' +
    'border-radius:26px;font:600 16px system-ui,sans-serif;color:#fff;background:${/^#[0-9a-fA-F]{6}$/.test(colour) ? colour : plainColour};cursor:pointer;box-shadow:0 2px 10px #0004}' +
    'iframe{position:fixed;right:20px;bottom:84px;z-index:2147483647;width:min(400px,calc(100vw - 40px));' +
    'height:min(600px,calc(100vh - 110px));border:0;border-radius:12px;box-shadow:0 4px 24px #0005;background:#fff}</style>' +
    '<button type="button" aria-expanded="false"></button>';
  var button = root.querySelector('button');
  button.textContent = words[lang] || words.es;
  var frame = null;
  function kept() {
    try {
      var known = (localStorage.getItem(place) || '').split(' ');
      return Date.now() - Number(known[0]) < ${String(keptDays)} * 864e5 ? known[1] : '';
    } catch (e) { return ''; }
  }
  function open() {
    frame = document.createElement('iframe');
    frame.title = button.textContent;
    frame.src = kept() || address + (lang ? '?lang=' + lang : '');
    root.appendChild(frame);
  }
  button.addEventListener('click', function () {
    if (frame) { root.removeChild(frame); frame = null; } else { open(); }
    button.setAttribute('aria-expanded', String(!!frame));
  });
  window.addEventListener('message', function (event) {
    var visit = event.data && event.data.lazoChat;
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    if (typeof visit !== 'string' || visit.indexOf(origin + '/') !== 0) return;
    if (visit === kept()) return;
    try { localStorage.setItem(place, Date.now() + ' ' + visit); } catch (e) {}
  });
  function show() { document.body.appendChild(host); }
  if (document.body) { show(); } else { document.addEventListener('DOMContentLoaded', show); }
})();
`;
