// Prints one line of totals, `123 passed, 0 failed`, from vitest's JSON report. A file that could not even be loaded counts as a failure.
import { readFileSync } from 'node:fs';

const [reportFile = ''] = process.argv.slice(2);
const { passed, failed } = totalsIn(readFileSync(reportFile, 'utf8'));
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
