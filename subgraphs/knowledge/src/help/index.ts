export { handleHelp } from './help.rest.ts';
