import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../program.mjs';
import { cacheFolder } from './cache.mjs';
import { markOf } from './processes.mjs';
import { installPackages } from './provide.mjs';

/**
 * @typedef {(text: string) => void} Say
 *
 * @typedef {object} KafkaBinary
 * @property {string} java
 * @property {string} classPath
 * @property {string} version of Kafka
 */

const VERSION = '4.3.1';
/** What writes down what the broker has to say, and the broker; the first brings the version of what both stand on. */
const ARTIFACTS = [['org.slf4j', 'slf4j-simple', '2.0.20'], ['org.apache.kafka', 'kafka_2.13', VERSION]];
const JAVA_MIN = 17;

/** There is no Kafka for this machine; the message says why. */
export class NoKafka extends Error {}

/**
 * A Kafka broker of this user: one that was brought before, else its jars are brought now by Maven, into a cache folder. As root on
 * Debian a missing Java or Maven is installed. Throws NoKafka when it can't be had.
 * @param {Say} say
 * @returns {Promise<KafkaBinary>}
 */
export async function provideKafka(say) {
  const cache = cacheFolder('kafka', NoKafka);
  const jars = join(cache, VERSION);
  try {
    const java = findJava() ?? (await installJava(say));
    if (!existsSync(jars)) await bring(cache, jars, say);
    say(`Kafka ${VERSION} (${jars})`);
    return { java, classPath: join(jars, '*'), version: VERSION };
  } catch (error) {
    throw error instanceof NoKafka ? error : new NoKafka(/** @type {Error} */ (error).message);
  }
}

/**
 * The Java of this machine, when it is new enough.
 * @returns {string | null}
 */
function findJava() {
  const { JAVA_HOME: home } = process.env;
  for (const java of [...(home ? [join(home, 'bin/java')] : []), 'java']) {
    const { status, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
    const version = status === 0 ? Number(/version "(\d+)/.exec(stderr)?.[1]) : 0;
    if (version >= JAVA_MIN) return java;
  }
  return null;
}

/**
 * @param {Say} say
 * @returns {Promise<string>}
 */
async function installJava(say) {
  await installPackages(['default-jre-headless'], say).catch((error) => {
    throw new NoKafka(`there is no Java ${JAVA_MIN} or newer: ${error.message}`);
  });
  const java = findJava();
  if (!java) throw new NoKafka(`Debian's Java is older than ${JAVA_MIN}`);
  return java;
}

/**
 * @param {string} cache
 * @param {string} jars
 * @param {Say} say
 */
async function bring(cache, jars, say) {
  if (spawnSync('mvn', ['-v']).status !== 0) {
    await installPackages(['maven'], say).catch((error) => {
      throw new NoKafka(`there is no Maven to bring it: ${error.message}`);
    });
  }
  for (const left of readdirSync(cache).filter((name) => name.startsWith('new-') && !markOf(Number(name.slice(4))))) rmSync(join(cache, left), { recursive: true, force: true });
  const work = join(cache, `new-${process.pid}`);
  try {
    mkdirSync(work);
    writeFileSync(join(work, 'pom.xml'), projectOf(ARTIFACTS));
    const patience = ['-Daether.connector.connectTimeout=20000', '-Daether.connector.requestTimeout=60000'];
    await runProgram('mvn', ['-B', '-q', '-f', join(work, 'pom.xml'), ...patience, 'dependency:copy-dependencies', `-DoutputDirectory=${join(work, 'jars')}`], { say, title: `bringing Kafka ${VERSION} with Maven` });
    // Another process may have been first.
    if (!existsSync(jars)) renameSync(join(work, 'jars'), jars);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string[][]} artifacts */
function projectOf(artifacts) {
  const dependencies = artifacts.map(([group, artifact, version]) => `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`);
  return `<project><modelVersion>4.0.0</modelVersion><groupId>careline</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging><dependencies>${dependencies.join('')}</dependencies></project>\n`;
}
