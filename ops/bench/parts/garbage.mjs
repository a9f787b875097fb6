// Loaded into processes whose memory is measured (NODE_OPTIONS=--import): on SIGUSR2 they collect their garbage, so that what
// stays is what they hold.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const TIMES = 4;

setFlagsFromString('--expose-gc');
const collect = /** @type {() => void} */ (runInNewContext('gc'));
process.on('SIGUSR2', () => {
  for (let time = 0; time < TIMES; time++) collect();
});
