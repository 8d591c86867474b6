/** A run as it is asked for: with which body, by whom, and by which plan. */
import type { Payer } from '../../limits/caller.ts';
import type { RunSettings } from '../../requests/opened.ts';
import type { RunRequest } from '../../requests/request.ts';
import type { RunEnd } from './run-record.ts';

/** A request whose body belongs to somebody else until `release` is called. */
export interface Lent {
  request: RunRequest;
  release: () => void;
}

/** Who asks for a run: a principal, and who pays for what it has computed, if anybody does. */
export interface Asker {
  principal: string;
  payer?: Payer | undefined;
}

/** For whom a run is computed, and by which plan. */
export interface Terms {
  asker: Asker;
  settings: RunSettings;
}

/** Where a run comes from: its start, or another replica, which may know how it ended. */
export interface Origin {
  id: string;
  /** As `Date.now()`. */
  createdAt: number;
  end?: RunEnd | undefined;
  /** That which has numbered its steps, if it was another's. */
  kernel?: string;
  /** How long it has rested since its end. */
  restedMs?: number;
}
