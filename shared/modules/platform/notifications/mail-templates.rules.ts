/** What readers are told by mail; a tenant's own templates of the same keys replace them. */
export const notificationTemplates = [
  {
    key: 'notification',
    es: {
      subject: '{{ title }}',
      body: '<p>Hola {{ name }}:</p><p><b>{{ title }}</b></p>{% if text %}<p>{{ text }}</p>{% endif %}',
    },
    en: {
      subject: '{{ title }}',
      body: '<p>Hello {{ name }},</p><p><b>{{ title }}</b></p>{% if text %}<p>{{ text }}</p>{% endif %}',
    },
  },
  {
    key: 'notification-digest',
    es: {
      subject: '{% if count == 1 %}Un aviso{% else %}{{ count }} avisos{% endif %} sin leer',
      body: `<p>Hola {{ name }}:</p><p>Esto espera por usted:</p>
<ul>{% for each in notices %}<li><b>{{ each.title }}</b>{% if each.text %}<br>{{ each.text }}{% endif %}</li>{% endfor %}</ul>
{% if more %}<p>Hay más en el CRM.</p>{% endif %}`,
    },
    en: {
      subject: '{% if count == 1 %}One unread notification{% else %}{{ count }} unread notifications{% endif %}',
      body: `<p>Hello {{ name }},</p><p>This waits for you:</p>
<ul>{% for each in notices %}<li><b>{{ each.title }}</b>{% if each.text %}<br>{{ each.text }}{% endif %}</li>{% endfor %}</ul>
{% if more %}<p>There is more in the CRM.</p>{% endif %}`,
    },
  },
] as const;

/** Whether a mail that was made of a template is a notice. */
export const isNoticeTemplate = (template: unknown): boolean =>
  notificationTemplates.some(({ key }) => key === template);
