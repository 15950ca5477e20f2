import type { Context } from 'hono';
import { html } from 'hono/html';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { type AuthorizationLink, linkToDeliver, receiveProfileOf } from '../../operations/list-links.ts';
import type { Operator } from '../../operations/operator.ts';
import { asTransferId, type BatchId, type TransferId } from '../../schemas/ids.ts';
import { type Fragment, page, type PageEnv } from './layout.ts';

const linksOnPage = 100;

export interface BatchAsked {
  readonly batchId: BatchId;
  /** The last transfer of the page before. */
  readonly after: string | undefined;
  /** Only the member of this row id. */
  readonly row: string | undefined;
}

/** Where a batch stands; of one that receives, the links that can be opened now, a page at a time or that of one row. */
export async function batchPage(context: Context<PageEnv>, operator: Operator, asked: BatchAsked): Promise<Response> {
  const { ledger } = operator;
  const { batchId, direction, counterpartId } = await ledger.batches.get(asked.batchId);
  const { rows, ended, byState } = await ledger.transfers.progress(batchId);
  const states = Object.entries(byState).map(([state, count]) => html`<li>${state}: ${count}</li>`);
  return page(
    context,
    200,
    `Batch ${batchId}`,
    html`<p><a href="/">All batches</a></p>
      <p>${direction} at ${counterpartId}; ${ended} of ${rows} rows have ended.</p>
      <ul>
        ${states}
      </ul>
      ${direction === 'receive' ? await linksOf(operator, asked) : ''}`,
  );
}

async function linksOf(operator: Operator, asked: BatchAsked): Promise<Fragment> {
  const receive = await receiveProfileOf(operator, asked.batchId);
  const transfers = await transfersAsked(operator, asked);
  const links = await Promise.all(transfers.map((transfer) => linkToDeliver(operator, transfer, receive)));
  const found = links.filter((link) => link !== undefined);
  const last = transfers.length === linksOnPage ? transfers.at(-1)?.transferId : undefined;
  return html`<h2>Authorization links</h2>
    <p>Who has a link can authorize: give it to nobody but the member.</p>
    <form method="get" action="/batches/${asked.batchId}">
      <label>Row id <input name="row" value="${asked.row ?? ''}" /></label>
      <button>Find</button>
    </form>
    ${found.length === 0 ? html`<p>Nobody is waited for here.</p>` : table(found)} ${nextPage(asked.batchId, last)}`;
}

async function transfersAsked(
  { ledger, keys }: Operator,
  { batchId, after, row }: BatchAsked,
): Promise<readonly Transfer[]> {
  if (row !== undefined && row !== '') {
    const transfer = await ledger.transfers.findByRow(batchId, keys.keyedHash('row', batchId, row));
    return transfer?.state === 'link-issued' ? [transfer] : [];
  }
  return ledger.transfers.list({
    batchId,
    states: ['link-issued'],
    limit: linksOnPage,
    ...(after === undefined ? {} : { after: asTransferId(after) }),
  });
}

function table(links: readonly AuthorizationLink[]): Fragment {
  const isMailed = links.some(({ mailed }) => mailed !== undefined);
  const rows = links.map(
    ({ transferId, rowId, email = '', url, expiresAt, mailed = '' }) =>
      html`<tr>
        <td>${rowId}</td>
        <td>${email}</td>
        <td class="url">${url}</td>
        <td>${expiresAt}</td>
        ${isMailed ? html`<td>${mailed}</td>` : ''}
        <td>${actionsOn(transferId)}</td>
      </tr>`,
  );
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Row id</th>
        <th scope="col">E-mail</th>
        <th scope="col">Link</th>
        <th scope="col">Good until</th>
        ${isMailed ? html`<th scope="col">Mailed</th>` : ''}
        <th scope="col">Do</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** To cancel takes two clicks: it cannot be taken back. */
function actionsOn(transferId: TransferId): Fragment {
  return html`<form method="post" action="/transfers/${transferId}/fresh-link"><button>Fresh link</button></form>
    <details>
      <summary>Cancel …</summary>
      <form method="post" action="/transfers/${transferId}/cancel"><button>Cancel this transfer</button></form>
    </details>`;
}

function nextPage(batchId: BatchId, last: TransferId | undefined): Fragment | '' {
  return last === undefined ? '' : html`<p><a href="/batches/${batchId}?after=${last}">More</a></p>`;
}
