/**
 * The words and flags of a command. Asked for `--help` it prints the usage and the process ends well; more than the command
 * takes is thrown as a sentence with the usage, for what is not understood must not be done half.
 * @param {string} usage
 * @param {{ flags?: readonly string[], most?: number }} [takes]
 * @returns {{ words: string[], flags: string[] }}
 */
export function readArguments(usage, { flags: known = [], most = 0 } = {}) {
  const args = process.argv.slice(2);
  if (isHelpAsked(args)) {
    console.log(usage);
    process.exit(0);
  }
  const words = args.filter((one) => !one.startsWith('-'));
  const flags = args.filter((one) => one.startsWith('-'));
  const stranger = flags.find((one) => !known.includes(one)) ?? words[most];
  if (stranger !== undefined) throw new Error(`"${stranger}" is not understood here.\n${usage}`);
  return { words, flags };
}

/** @param {readonly string[]} args */
export const isHelpAsked = (args) => args.includes('--help') || args.includes('-h');
