/** What approvers and those who asked are told; a tenant's own templates of the same keys replace them. */
export const approvalTemplates = [
  {
    key: 'approval-requested',
    es: {
      subject: 'Por aprobar: {{ subject }}',
      body: `<p>Hola {{ approver }}:</p>
<p>{{ asker }} pide su aprobación{% if insteadOf %} (en ausencia de {{ insteadOf }}){% endif %}.</p>
<p><b>{{ subject }}</b><br>{{ about }}{% if amount %}<br>{{ amount | money }}{% endif %}</p>
{% if reason %}<p>{{ reason }}</p>{% endif %}<p>Decida en esta página, sin necesidad de contraseña. El enlace es personal: no lo reenvíe.</p>
{{ buttons.decide | raw }}{% if until %}<p>Hasta el {{ until | moment }}.</p>{% endif %}`,
    },
    en: {
      subject: 'To approve: {{ subject }}',
      body: `<p>Hello {{ approver }},</p>
<p>{{ asker }} asks for your approval{% if insteadOf %} (in the absence of {{ insteadOf }}){% endif %}.</p>
<p><b>{{ subject }}</b><br>{{ about }}{% if amount %}<br>{{ amount | money }}{% endif %}</p>
{% if reason %}<p>{{ reason }}</p>{% endif %}<p>Decide on this page, without a password. The link is yours alone: do not forward it.</p>
{{ buttons.decide | raw }}{% if until %}<p>Until {{ until | moment }}.</p>{% endif %}`,
    },
  },
  {
    key: 'approval-decided',
    es: {
      subject: '{% if approved %}Aprobado{% elsif lapsed %}Sin respuesta{% else %}Rechazado{% endif %}: {{ subject }}',
      body: `<p>Hola {{ asker }}:</p>
<p><b>{{ subject }}</b>{% if approved %} está aprobado{% elsif lapsed %} caducó sin que nadie decidiera{% else %} fue rechazado{% endif %}{% if by %} por {{ by }}{% endif %}.</p>
{% if comment %}<p>«{{ comment }}»</p>{% endif %}`,
    },
    en: {
      subject: '{% if approved %}Approved{% elsif lapsed %}No answer{% else %}Rejected{% endif %}: {{ subject }}',
      body: `<p>Hello {{ asker }},</p>
<p><b>{{ subject }}</b> {% if approved %}was approved{% elsif lapsed %}lapsed without a decision{% else %}was rejected{% endif %}{% if by %} by {{ by }}{% endif %}.</p>
{% if comment %}<p>"{{ comment }}"</p>{% endif %}`,
    },
  },
] as const;
