// For --import: ends the test program at once where the private PostgreSQL of the test run is not there. ctest takes
// 77 for skipped; where CI=true the fixture has failed already, and this is not run.
import { existsSync } from 'node:fs';

if (!existsSync(process.env.PTKL_TEST_POSTGRESQL ?? '')) {
  process.stderr.write('there is no PostgreSQL: tools/install-packages test installs it, ctest starts it\n');
  process.exit(77);
}
