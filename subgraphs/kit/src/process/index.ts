export { endInTime } from './end-in-time.ts';
export { giveBackWhenQuiet } from './give-back.ts';
export { stepBack } from './step-back.ts';
