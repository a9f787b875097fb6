import { raw } from 'mysql2';

/** The clock of the database, as a value of a row. */
export const NOW = raw('NOW(3)');
