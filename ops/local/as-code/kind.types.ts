import type { Api } from './api.ts';
import type { Shape, Value } from './shape.ts';

/** One object as Careline holds it. */
export interface Found {
  key: string;
  value: Value;
  id: string;
  /** What the next change must name, so that nobody else's is overwritten. Null where the API knows none. */
  version: number | null;
  /** Why it is in no file and can't be set from one; absent for all others. */
  apart?: string;
  /** Whether a file that does not speak of it changes nothing about it even when pruning: it is out of use already. */
  isOut?: boolean;
  /** It was begun and nothing of it is in force yet: in no file. */
  isBegun?: boolean;
}

/** One object as a file asks for it. */
export interface Wanted {
  key: string;
  value: Value;
  place(path: readonly (string | number)[]): { file: string; line: number; column: number };
}

/** That a part of an object names another one. */
export interface Reference {
  path: (string | number)[];
  kind: string;
  key: string;
}

export interface Complaint {
  path: readonly (string | number)[];
  message: string;
}

/** What one file holds and how the API is spoken to about it. */
export interface Kind {
  name: string;
  file: string;
  word: string;
  words: string;
  /** The file is one object and not a list. */
  isSingle?: boolean;
  shape: Shape;
  permissions: { read: string; write: string };
  /** What its ids begin with; absent where others name it by its key or not at all. */
  idPrefix?: string;
  keyOf(value: Value): string;
  read(api: Api): Promise<Found[]>;
  references(value: Value): Reference[];
  /** Fields that are said once, when it is made. */
  fixed?: readonly string[];
  save(api: Api, value: Value, found: Found | null): Promise<void>;
  /** What is wrong with it beyond its shape; `isComing` tells what this run will have made by then, `before` is what stands before it in the file. */
  check?(api: Api, value: Value, isComing: (word: string) => boolean, before: readonly Value[]): Promise<Complaint[]>;
  /** Takes it out of use; absent where the API has no way to. */
  takeOut?(api: Api, found: Found): Promise<void>;
  /** Puts objects in the order of the file; `isInOrder` tells whether there is anything to do once all are made. */
  arrange?(api: Api, wanted: readonly Value[]): Promise<void>;
  isInOrder?(found: readonly Found[], wanted: readonly Value[]): boolean;
}
