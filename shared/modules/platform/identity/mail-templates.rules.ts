/** What people are told when they are let in; a tenant's own template of the same key replaces it. */
export const identityTemplates = [
  {
    key: 'user-added',
    es: {
      subject: 'Ya puede entrar en {{ tenant.name }}',
      body: `<p>Hola {{ name }}:</p>
<p>Le han dado acceso a <b>{{ tenant.name }}</b>. Entre con la cuenta que ya tiene, {{ email }}, y su contraseña de siempre.</p>
<p><a href="{{ url }}">{{ url }}</a></p>`,
    },
    en: {
      subject: 'You can now sign in to {{ tenant.name }}',
      body: `<p>Hello {{ name }},</p>
<p>You were given access to <b>{{ tenant.name }}</b>. Sign in with the account that you already have, {{ email }}, and its password.</p>
<p><a href="{{ url }}">{{ url }}</a></p>`,
    },
  },
] as const;
