import type { ResourceCounts } from '../schemas/counts.ts';
import type { TransferState } from '../schemas/states.ts';

// The JSON documents of the command line, as far as the demo reads them.

/** `carryover send` and `carryover receive` */
export interface LaunchDocument {
  readonly batchId: string;
  readonly rows: number;
}

/** `carryover status BATCH` */
export interface StatusDocument {
  readonly batchId: string;
  readonly direction: 'receive' | 'send';
  readonly launched: boolean;
  readonly closedAt: string | null;
  readonly rows: number;
  readonly byState: Readonly<Partial<Record<TransferState, number>>>;
  readonly resources: ResourceCounts;
}

/** `carryover links BATCH` */
export interface LinksDocument {
  readonly links: readonly { readonly rowId: string; readonly line: number; readonly url: string }[];
}

/** `carryover approve --csv` and `carryover token --csv` */
export interface DeedsDocument {
  readonly rows: readonly {
    /** Of the CSV file; the header is line 1. */
    readonly line: number;
    readonly transferId: string | null;
    readonly outcome: 'taken' | 'recorded' | 'refused';
    readonly code: string | null;
  }[];
}

/** `carryover show` */
export interface ShowDocument {
  readonly transfer: { readonly transferId: string; readonly state: TransferState };
  readonly resources: ResourceCounts;
}

/** `carryover report BATCH` */
export interface ReportDocument {
  readonly verdict: string;
  readonly rows: { readonly total: number; readonly byState: StatusDocument['byState'] };
  readonly resources: ResourceCounts & { readonly stored: Readonly<Record<string, number>> };
  readonly exceptions: readonly { readonly line: number; readonly state: TransferState }[];
  readonly equations: readonly {
    readonly name: string;
    readonly left: number;
    readonly parts: Readonly<Record<string, number>>;
    readonly holds: boolean;
  }[];
  readonly addsUp: boolean;
}
