export { createServices, type ProcessServices, type ServicesOptions } from './create-services.ts';
export type { Services } from './services.ts';
