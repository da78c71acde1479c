/** The purpose of links to the chat page. */
export const chatPurpose = 'chat';

/** What the chat page says. */
export const chatWords = {
  es: {
    title: 'Escríbanos',
    name: 'Su nombre',
    email: 'Su correo (para responderle si se va)',
    message: 'Su mensaje',
    send: 'Enviar',
    you: 'Usted',
    us: 'Nosotros',
    refresh: 'La página se actualiza sola.',
  },
  en: {
    title: 'Write to us',
    name: 'Your name',
    email: 'Your e-mail (to answer you if you leave)',
    message: 'Your message',
    send: 'Send',
    you: 'You',
    us: 'We',
    refresh: 'The page renews itself.',
  },
} as const;
