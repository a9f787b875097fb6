export interface Problem {
  code: string;
  field: string[] | null;
  message: string;
}

/** Careline said no to one object, and nothing of that object was written by the call that was refused. */
export class Refused extends Error {
  readonly code: string;
  /** Of the input, as the API names it; null when no single field is at fault. */
  readonly field: readonly string[] | null;

  constructor({ code, field, message }: Problem) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
