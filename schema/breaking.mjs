import { findBreakingChanges, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

const REASON_LENGTH_MIN = 10;
const DEPRECATION = /^since (\d{4}-\d{2}-\d{2}), use .+, removed after (\d{4}-\d{2}-\d{2})$/;
const NOTICE_DAYS = 180;

/**
 * One entry of `breaking.json`: a change in the words in which the check prints it, the day, and why it had to be.
 * @typedef {{ change: string, since: string, reason: string }} ListedChange
 */

/**
 * What callers of the published schema could not go on with, unless it is listed with a day and a reason.
 * @param {import('graphql').GraphQLSchema} published
 * @param {import('graphql').GraphQLSchema} present
 * @param {readonly ListedChange[]} listed
 * @returns {string[]}
 */
export function unlistedBreaks(published, present, listed) {
  const isComplete = (/** @type {ListedChange} */ one) => one.reason?.trim().length >= REASON_LENGTH_MIN && /^\d{4}-\d{2}-\d{2}$/.test(one.since);
  const allowed = new Set(listed.filter(isComplete).map(({ change }) => change));
  return findBreakingChanges(published, present).map(({ description }) => description).filter((description) => !allowed.has(description));
}

/**
 * Deprecations that do not say since when, what to use and, half a year later at the earliest, until when.
 * @param {import('graphql').GraphQLSchema} schema
 * @returns {string[]}
 */
export function badDeprecations(schema) {
  return reasonsIn(schema).flatMap(({ where, reason }) => {
    const [, since, until] = DEPRECATION.exec(reason) ?? [];
    if (!since || !until) return [`${where} must say "since DATE, use X, removed after DATE"`];
    return Date.parse(until) - Date.parse(since) >= NOTICE_DAYS * 86_400_000 ? [] : [`${where} gives less than six months`];
  });
}

/**
 * @param {import('graphql').GraphQLSchema} schema
 * @returns {{ where: string, reason: string }[]}
 */
function reasonsIn(schema) {
  /** @type {{ where: string, reason: string | null | undefined }[]} */
  const found = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isEnumType(type)) return type.getValues().map((value) => ({ where: `${type.name}.${value.name}`, reason: value.deprecationReason }));
    if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => ({ where: `${type.name}.${field.name}`, reason: field.deprecationReason }));
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) => [
      { where: `${type.name}.${field.name}`, reason: field.deprecationReason },
      ...field.args.map((arg) => ({ where: `${type.name}.${field.name}(${arg.name})`, reason: arg.deprecationReason })),
    ]);
  });
  return found.flatMap(({ where, reason }) => (reason == null || where.startsWith('__') ? [] : [{ where, reason }]));
}
