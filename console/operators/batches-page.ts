import type { Context } from 'hono';
import { html } from 'hono/html';

import type { Operator } from '../../operations/operator.ts';
import { page, type PageEnv } from './layout.ts';

/** Every batch, and how many of its members are waited for. */
export async function batchesPage(context: Context<PageEnv>, { ledger }: Operator): Promise<Response> {
  const batches = await Promise.all(
    (await ledger.batches.list()).map(async (batch) => ({
      batch,
      progress: await ledger.transfers.progress(batch.batchId),
    })),
  );
  const lines = batches.map(
    ({ batch: { batchId, direction, counterpartId, createdAt }, progress: { rows, ended, byState } }) =>
      html`<tr>
        <td><a href="/batches/${batchId}">${batchId}</a></td>
        <td>${direction}</td>
        <td>${counterpartId}</td>
        <td>${createdAt}</td>
        <td>${ended} of ${rows}</td>
        <td>${byState['link-issued'] ?? 0}</td>
      </tr>`,
  );
  const table = html`<table>
    <thead>
      <tr>
        <th scope="col">Batch</th>
        <th scope="col">Direction</th>
        <th scope="col">Counterpart</th>
        <th scope="col">Launched</th>
        <th scope="col">Rows ended</th>
        <th scope="col">Members waited for</th>
      </tr>
    </thead>
    <tbody>
      ${lines}
    </tbody>
  </table>`;
  const signOut = html`<form method="post" action="/sign-out"><button>Sign out</button></form>`;
  return page(
    context,
    200,
    'Batches',
    html`${batches.length === 0 ? html`<p>No batch was launched yet.</p>` : table}
      <p>${signOut}</p>`,
  );
}
