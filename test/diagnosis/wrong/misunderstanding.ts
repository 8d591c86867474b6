/** How the wrong numbers of a name of the table come about. */
import type { AttentionFields, MultiHeadFields } from './fields.ts';
import type { Habits } from './habits.ts';
import type { MultiHeadWish } from './multi-head-problem.ts';
import type { Wish } from './problem.ts';
import type { Random } from './random.ts';

export interface Misunderstanding {
  name: string;
  /** What a request needs for the habit to matter; drawn where people come to it in several ways. */
  wish(random: Random): Wish;
  habits(random: Random, fields: AttentionFields): Habits;
  /** The answer is wrong by rounding only. */
  isRounding?: true;
}

/** The same of /attention/multi-head. */
export interface MultiHeadMisunderstanding {
  name: string;
  wish(random: Random): MultiHeadWish;
  habits(random: Random, fields: MultiHeadFields): Habits;
}
