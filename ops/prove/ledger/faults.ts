import type { Fault } from './fault.ts';
import { CLIENT_FAULTS } from './faults-of-clients.ts';
import { ENGINE_FAULTS } from './faults-of-engines.ts';
import { LINE_FAULTS } from './faults-of-lines.ts';
import { PROCESS_FAULTS } from './faults-of-processes.ts';

/** F11 (memory), F12 (disk) and F20 to F22 (webhooks, migrations, inbound channels) belong to other proofs. */
export const FAULTS: readonly Fault[] = [...PROCESS_FAULTS, ...ENGINE_FAULTS, ...CLIENT_FAULTS, ...LINE_FAULTS]
  .sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
