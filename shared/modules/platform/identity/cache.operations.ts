export { rememberFor } from '#kernel/remember';
