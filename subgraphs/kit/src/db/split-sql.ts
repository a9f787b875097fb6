const COMMENT = /^(?:--[ \t\n].*|#.*|\/\*[\s\S]*?\*\/)/;
const QUOTED = /^(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`)/;

/** The statements of a migration file, without comments; a `;` inside quotes ends nothing. */
export function splitSql(text: string): string[] {
  const statements: string[] = [];
  let statement = '';
  let rest = text;
  while (rest.length > 0) {
    const comment = (COMMENT.exec(rest) ?? [])[0];
    const quoted = (QUOTED.exec(rest) ?? [])[0];
    const piece = comment ?? quoted ?? rest[0]!;
    rest = rest.slice(piece.length);
    if (comment) continue;
    if (piece === ';') {
      statements.push(statement.trim());
      statement = '';
    } else {
      statement += piece;
    }
  }
  return [...statements, statement.trim()].filter((found) => found !== '');
}
