// Prints one line of totals, `123 passed, 0 failed`, from vitest's JSON reports. A file that could not even be loaded counts as a failure,
// and so does a report that is empty.
import { readFileSync } from 'node:fs';

const reports = process.argv.slice(2).map((file) => totalsIn(readFileSync(file, 'utf8')));
const sum = (/** @type {'passed' | 'failed'} */ of) => reports.reduce((total, report) => total + report[of], 0);
const [passed, failed] = [sum('passed'), sum('failed')];
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** @param {string} text */
function totalsIn(text) {
  if (text === '') return { passed: 0, failed: 1 };
  const report = JSON.parse(text);
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded };
}
