// For --import: ends the test program immediately if the private PostgreSQL of the test run is missing. ctest reports
// 77 as skipped. With CI=true the fixture fails before, and this does not run.
import { existsSync } from 'node:fs';

if (!existsSync(process.env.PTKL_TEST_POSTGRESQL ?? '')) {
  process.stderr.write('there is no PostgreSQL: tools/install-packages test installs it, ctest starts it\n');
  process.exit(77);
}
