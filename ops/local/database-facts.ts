import { readDatabaseFacts } from '@careline/kit/db';

// What the database at DATABASE_URL is and how durable, as one line of JSON: doctor knows no driver.
try {
  console.log(JSON.stringify(await readDatabaseFacts(process.env.DATABASE_URL ?? '')));
} catch (error) {
  console.log(JSON.stringify({ trouble: (error as Error).message || String(error) }));
}
