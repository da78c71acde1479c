/** What signers read; a tenant's own template of the same key replaces it. */
export const signingTemplates = [
  {
    key: 'signature-request',
    es: {
      subject: 'Para su firma: {{ subject }}',
      body: `<p>Hola {{ name }}:</p>
<p>Le pedimos que firme «{{ subject }}». Puede leer el documento y firmarlo aquí:</p>
{{ buttons.open | raw }}<p>El enlace es personal y vale hasta el {{ until | moment }}.</p>`,
    },
    en: {
      subject: 'For your signature: {{ subject }}',
      body: `<p>Hello {{ name }},</p>
<p>We ask you to sign “{{ subject }}”. You can read the document and sign it here:</p>
{{ buttons.open | raw }}<p>The link is personal and works until {{ until | moment }}.</p>`,
    },
  },
  {
    key: 'signature-code',
    es: {
      subject: 'Su código para firmar',
      body: `<p>Hola {{ name }}:</p>
<p>Su código para firmar «{{ subject }}» es <strong>{{ links.code }}</strong>. Vale diez minutos.</p>
<p>Si no lo ha pedido usted, no haga nada: sin el código no se firma.</p>`,
    },
    en: {
      subject: 'Your code to sign',
      body: `<p>Hello {{ name }},</p>
<p>Your code to sign “{{ subject }}” is <strong>{{ links.code }}</strong>. It works for ten minutes.</p>
<p>If you have not asked for it, do nothing: without the code nothing is signed.</p>`,
    },
  },
  {
    key: 'signature-delegated',
    es: {
      subject: 'Firmará otra persona: {{ subject }}',
      body: `<p>Hola {{ name }}:</p>
<p>{{ from }} ha pedido que {{ to }} ({{ address }}) firme «{{ subject }}» en su lugar.</p>
<p>Si no es así, responda a este correo cuanto antes.</p>`,
    },
    en: {
      subject: 'Somebody else will sign: {{ subject }}',
      body: `<p>Hello {{ name }},</p>
<p>{{ from }} has asked that {{ to }} ({{ address }}) sign “{{ subject }}” instead.</p>
<p>If that is not so, answer this mail at once.</p>`,
    },
  },
  {
    key: 'signature-copy',
    es: {
      subject: 'Firmado: {{ subject }}',
      body: `<p>Hola {{ name }}:</p>
<p>{{ signer }} ha firmado «{{ subject }}» el {{ at | moment }}. Adjuntamos el documento y la hoja de evidencia.</p>
{{ buttons.open | raw }}<p>Con este enlace cualquiera puede comprobar que el documento no ha cambiado.</p>`,
    },
    en: {
      subject: 'Signed: {{ subject }}',
      body: `<p>Hello {{ name }},</p>
<p>{{ signer }} signed “{{ subject }}” on {{ at | moment }}. The document and the sheet of evidence are attached.</p>
{{ buttons.open | raw }}<p>By this link anybody can check that the document has not changed.</p>`,
    },
  },
] as const;
