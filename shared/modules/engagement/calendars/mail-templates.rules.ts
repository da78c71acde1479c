/** What those who are invited read; a tenant's own templates of the same keys replace them. */
export const invitationTemplates = [
  {
    key: 'invitation',
    es: {
      subject: '{% if isChange %}Actualizado{% else %}Invitación{% endif %}: {{ subject }}',
      body: `<p>{{ organizer }} {% if isChange %}ha cambiado una cita{% else %}le invita{% endif %}:</p>
<p><b>{{ subject }}</b><br>{{ startsAt | moment }} – {{ endsAt | moment }}{% if location %}<br>{{ location }}{% endif %}</p>
{% if note %}<p>{{ note }}</p>{% endif %}<p>Responda desde su calendario: aceptar, quizá o rechazar.</p>`,
    },
    en: {
      subject: '{% if isChange %}Updated{% else %}Invitation{% endif %}: {{ subject }}',
      body: `<p>{{ organizer }} {% if isChange %}has changed an appointment{% else %}invites you{% endif %}:</p>
<p><b>{{ subject }}</b><br>{{ startsAt | moment }} – {{ endsAt | moment }}{% if location %}<br>{{ location }}{% endif %}</p>
{% if note %}<p>{{ note }}</p>{% endif %}<p>Answer from your calendar: accept, maybe or decline.</p>`,
    },
  },
  {
    key: 'invitation-cancelled',
    es: {
      subject: 'Cancelado: {{ subject }}',
      body: `<p>{{ organizer }} ha cancelado la cita:</p>
<p><b>{{ subject }}</b><br>{{ startsAt | moment }}</p>`,
    },
    en: {
      subject: 'Cancelled: {{ subject }}',
      body: `<p>{{ organizer }} has cancelled the appointment:</p>
<p><b>{{ subject }}</b><br>{{ startsAt | moment }}</p>`,
    },
  },
] as const;
