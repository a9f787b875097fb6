export { endInTime } from './end-in-time.ts';
export { giveBackWhenQuiet } from './give-back.ts';
