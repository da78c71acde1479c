// The form on which one signs. It works without a script; with one, the signature may be drawn as well.
import { markup, pagePolicy, type Html } from '#modules/platform/links';
import { consentIn } from './consent.rules.ts';
import type { SignatureRow } from './signature.entity.ts';
import type { SigningWords } from './signing-words.rules.ts';

/** Shows the canvas and puts what was drawn on it into the form. */
const script = `(() => {
const pad = document.getElementById('pad'), canvas = pad.querySelector('canvas'), image = document.getElementById('image');
const pen = canvas.getContext('2d'); let drawn = false;
pad.hidden = false; pen.lineWidth = 2.5; pen.lineCap = 'round'; pen.strokeStyle = '#14213d';
const at = (event) => { const box = canvas.getBoundingClientRect(); return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height]; };
canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...at(event)); event.preventDefault(); });
canvas.addEventListener('pointermove', (event) => { if (!event.buttons) return; pen.lineTo(...at(event)); pen.stroke(); drawn = true; });
document.getElementById('clear').addEventListener('click', () => { pen.clearRect(0, 0, canvas.width, canvas.height); drawn = false; });
canvas.closest('form').addEventListener('submit', () => { image.value = drawn ? canvas.toDataURL('image/png') : ''; });
})();`;

/** What the page with the form needs: exactly this script. */
export const formPolicy = pagePolicy({ script });

const padStyle = `#pad canvas{display:block;width:100%;height:auto;background:#fff;border:1px solid #8888;border-radius:8px;touch-action:none}
.consent{display:flex;gap:10px;align-items:flex-start;margin:16px 0}.consent input{margin-top:5px}form{margin-top:20px}form p{margin:0 0 12px}#pad{margin-bottom:12px}details{margin-top:20px}.hash{font-size:.75rem;overflow-wrap:anywhere}#clear{flex:none;min-width:0;padding:4px 12px;margin-top:6px}`;

/** Consent, name, drawing and, where one is asked for, the code. */
export const signForm = (signature: SignatureRow, words: SigningWords, asksCode: boolean): Html => {
  const code = markup`<p>
    <label for="code">${words.code}</label>
    <input type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" />
  </p>`;
  return markup`<style>${{ html: padStyle }}</style>
    <form method="post">
      <p>
        <label for="name">${words.name}</label>
        <input type="text" id="name" name="name" maxlength="200" autocomplete="name" />
      </p>
      <div id="pad" hidden>
        <label>${words.draw}</label><canvas width="900" height="300"></canvas>
        <button type="button" id="clear">${words.clear}</button>
      </div>
      <input type="hidden" id="image" name="image" />
      ${asksCode ? code : undefined}
      <label class="consent"
        ><input type="checkbox" name="consent" value="yes" /><span>${consentIn(signature.locale).text}</span></label
      >
      <div class="choices"><button class="main" name="action" value="sign">${words.sign}</button></div>
    </form>
    ${{ html: `<script>${script}</script>` }}`;
};

/** The button by which the code is sent, for the first time or once more. */
export const codeForm = ({ signer }: SignatureRow, words: SigningWords, isFirst: boolean): Html =>
  markup`<form method="post">
    <p>${isFirst ? `${words.codeNote} ${signer.email ?? ''}.` : words.codeSent}</p>
    <div class="choices">
      <button class="${isFirst ? 'main' : ''}" name="action" value="code">${isFirst ? words.sendCode : words.resend}</button>
    </div>
  </form>`;

/** The ways not to sign; they need the code as well. */
export const otherForms = (words: SigningWords, asksCode: boolean): Html => {
  const code = asksCode
    ? markup`<p><label>${words.code}<input type="text" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" /></label></p>`
    : undefined;
  return markup`<details>
      <summary>${words.delegate}</summary>
      <form method="post">
        <p><label>${words.delegateName}<input type="text" name="name" maxlength="200" /></label></p>
        <p><label>${words.delegateEmail}<input type="email" name="email" maxlength="254" /></label></p>
        ${code}
        <div class="choices"><button name="action" value="delegate">${words.delegateButton}</button></div>
      </form>
    </details>
    <details>
      <summary>${words.decline}</summary>
      <form method="post">
        <p><label>${words.reason}<input type="text" name="reason" maxlength="500" /></label></p>
        ${code}
        <div class="choices"><button name="action" value="decline">${words.decline}</button></div>
      </form>
    </details>`;
};
