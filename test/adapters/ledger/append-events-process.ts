// One writer of four-writers.test.ts: a process of its own. Arguments: ledger file, key check, writer, events, transfer ids.
import { openLedger } from '../../../adapters/ledger/ledger.ts';
import { asTransferId } from '../../../schemas/ids.ts';

const [path = '', keyCheck = '', writer = '', count = '', ...transferIds] = process.argv.slice(2);
const ledger = await openLedger({ path, clock: Date.now, keyCheck });
for (let number = 1; number <= Number(count); number += 1) {
  const transferId = asTransferId(transferIds[number % transferIds.length] ?? '');
  await ledger.append(transferId, {
    subject: `writer/${writer}/${number}`,
    tryNumber: 1,
    actor: `writer-${writer}`,
    body: { kind: 'finding', finding: `writer-${writer}`, count: 1 },
  });
}
await ledger.close();
