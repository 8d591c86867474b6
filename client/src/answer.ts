/** What the routes that compute answer, by what was asked for: which tensors there are, of which rank and in which form. */
import type {
  AttentionRequest,
  Focus,
  MultiHeadRequest,
  OutputName,
  Tensor,
  TensorFormat,
  TextOutputName,
  TextRequest,
} from './request.ts';
import type { TypedAnswerTensor, TypedTensor } from './typed-tensor.ts';
import type * as attention from './wire/attention.ts';
import type * as multiHead from './wire/multi-head.ts';
import type * as text from './wire/text.ts';

/**
 * How the tensors of an answer or of steps are given: `json` as they stand in JSON, where −∞ is the text "-Infinity"; `numbers`
 * as nested arrays with −∞ as a number; `typed` as typed arrays, which travel as bytes.
 */
export type TensorForm = 'json' | 'numbers' | 'typed';

/** A number of JSON that can be −∞. */
export type JsonNumber = number | '-Infinity';

/** What the rank can be where it is not known. */
type AnyRank = 1 | 2 | 3 | 4;
/** The rank of a tensor: that of its lists, or the length of its shape. */
type RankOf<T> = T extends { shape: readonly unknown[] }
  ? number extends T['shape']['length']
    ? AnyRank
    : T['shape']['length']
  : T extends readonly number[]
    ? 1
    : T extends readonly (readonly number[])[]
      ? 2
      : T extends readonly (readonly (readonly number[])[])[]
        ? 3
        : T extends readonly unknown[]
          ? 4
          : AnyRank;

/** Lists in lists. */
type Nested<Item, Rank> = Rank extends 0
  ? Item
  : Rank extends 1
    ? Item[]
    : Rank extends 2
      ? Item[][]
      : Rank extends 3
        ? Item[][][]
        : Item[][][][];

/** The rank of what has a number for each row. */
type OfRows<Rank> = Rank extends 1 ? 0 : Rank extends 2 ? 1 : Rank extends 3 ? 2 : 3;
/** The rank of what has a number for each head. */
type OfHeads<Rank> = Rank extends 1 | 2 ? 0 : Rank extends 3 ? 1 : 2;
/** The rank of keys and values: a single query vector stands before a list of them. */
type OfKeys<Rank> = Rank extends 1 ? 2 : Rank;
/** The rank of the weights of all heads, beside that of their mean. */
type WithHeads<Rank> = Rank extends 1 | 2 ? 3 : 4;

/** How tensors stand in JSON: as tensor_format says, else as the query came. Typed arrays are answered as lists. */
type FormatFor<Query, Format> = Format extends TensorFormat
  ? Format
  : Query extends TypedTensor
    ? 'nested'
    : Query extends { data: string }
      ? 'base64'
      : Query extends { data: readonly number[] }
        ? 'flat'
        : 'nested';

interface Shaped<Data> {
  shape: number[];
  dtype: 'float32' | 'float64';
  data: Data;
}
/** A single number stands by itself in every format. */
type InJson<Item, Rank, Format> = Rank extends 0
  ? Item
  : Format extends 'flat'
    ? Shaped<Item[]>
    : Format extends 'base64'
      ? Shaped<string>
      : Nested<Item, Rank>;
/** A tensor of an answer. */
type Answered<Form, Format, Item, Rank> = Form extends 'typed'
  ? TypedAnswerTensor
  : Form extends 'numbers'
    ? Nested<number, Rank>
    : InJson<Item, Rank, Format>;

/** The members of an answer: those that are there for certain, and those that may be. */
type Holding<Wire, Members extends Record<keyof Wire, unknown>, Certain> = {
  [K in keyof Wire as K extends Certain ? K : never]-?: Exclude<Members[K], undefined>;
} & { [K in keyof Wire as K extends Certain ? never : K]?: Members[K] | undefined };

/** The names of a list that was written down; of any other nobody knows what is in it. */
type Listed<Names extends readonly string[]> = number extends Names['length'] ? never : Names[number];

type AttentionStats = NonNullable<attention.AttentionAnswer['stats']>;
type StatsMembers<Form, Format, Rank> = {
  [K in keyof AttentionStats]: K extends 'per_head'
    ? Record<Exclude<keyof AttentionStats, 'per_head' | 'max_key'>, Answered<Form, Format, number, OfHeads<Rank>>>
    : Answered<Form, Format, number, OfRows<Rank>>;
};
/** Names as the request gave them, and the row that it looks at. */
type NameMembers = Pick<attention.AttentionAnswer, 'query_labels' | 'key_labels' | 'head_labels' | 'focus'>;
interface AttentionMembers<Form, Format, Rank> extends Required<NameMembers> {
  output: Answered<Form, Format, number, Rank>;
  weights: Answered<Form, Format, number, Rank>;
  lse: Answered<Form, Format, JsonNumber, OfRows<Rank>>;
  scores: Answered<Form, Format, JsonNumber, Rank>;
  masked_scores: Answered<Form, Format, JsonNumber, Rank>;
  stats: StatsMembers<Form, Format, Rank>;
  present_key: Answered<Form, Format, number, OfKeys<Rank>>;
  present_value: Answered<Form, Format, number, OfKeys<Rank>>;
  meta: attention.AttentionAnswer['meta'];
}
type MembersOf<Output> = Output extends 'present' ? 'present_key' | 'present_value' : Output;
type Needed<NeedWeights> = [NeedWeights] extends [true] ? 'weights' : never;

/** An answer of POST /attention. What was asked for is there, in the rank of the query. */
export type AttentionAnswer<
  Form extends TensorForm = 'json',
  Query = Tensor,
  Outputs extends readonly OutputName[] = readonly OutputName[],
  NeedWeights = boolean,
  Format = AttentionRequest['tensor_format'],
> = Outputs extends readonly OutputName[]
  ? Holding<
      attention.AttentionAnswer,
      AttentionMembers<Form, FormatFor<Query, Format>, RankOf<Query>>,
      'output' | 'meta' | MembersOf<Listed<Outputs>> | Needed<NeedWeights>
    >
  : never;

interface MultiHeadMembers<Form, Format, Rank, Average> extends Required<NameMembers> {
  output: Answered<Form, Format, number, Rank>;
  weights: Answered<Form, Format, number, Average extends true ? Rank : WithHeads<Rank>>;
  meta: multiHead.MultiHeadAnswer['meta'];
}

/** An answer of POST /attention/multi-head. Weights are there unless need_weights is false. */
export type MultiHeadAnswer<
  Form extends TensorForm = 'json',
  Query = Tensor,
  NeedWeights = boolean,
  Average = boolean,
  Format = MultiHeadRequest['tensor_format'],
> = Holding<
  multiHead.MultiHeadAnswer,
  MultiHeadMembers<Form, FormatFor<Query, Format>, RankOf<Query>, Average>,
  'output' | 'meta' | Needed<NeedWeights>
>;

type TextFormatOf<Format> = Format extends TensorFormat ? Format : 'nested';
type TextHead = text.TextAnswer['heads'][number];
type TextStats<Format> = { [K in keyof NonNullable<TextHead['stats']>]: InJson<number, 1, Format> };
type TextHeadMembers<Format> = Required<Omit<TextHead, 'weights' | 'scores' | 'masked_scores' | 'output' | 'stats'>> & {
  weights: InJson<number, 2, Format>;
  scores: InJson<JsonNumber, 2, Format>;
  masked_scores: InJson<JsonNumber, 2, Format>;
  output: InJson<number, 2, Format>;
  stats: TextStats<Format>;
};
/** What a head has whatever was asked for. */
type HeadAlways = 'name' | 'built_from' | 'head_dim' | 'scale';
/** The weights of the heads go by the name `heads`; `weights` are their mean. */
type HeadMember<Output> = Output extends 'heads' ? 'weights' : Output extends 'weights' ? never : Output;
type TextMembers<Format, Output> = Required<Omit<text.TextAnswer, 'weights' | 'stats' | 'heads'>> & {
  weights: InJson<number, 2, Format>;
  stats: TextStats<Format>;
  heads: Holding<TextHead, TextHeadMembers<Format>, HeadAlways | HeadMember<Output>>[];
};

/** What text is answered with when nothing else is asked for. */
export type StandardTextOutputs = readonly ['weights', 'heads', 'stats'];

/** An answer of POST /attention/text. What was asked for is there; a focus is worked out when one was named. */
export type TextAnswer<
  Outputs extends readonly TextOutputName[] = readonly TextOutputName[],
  Focused = Focus | undefined,
  Format = TextRequest['tensor_format'],
> = Outputs extends readonly TextOutputName[]
  ? Holding<
      text.TextAnswer,
      TextMembers<TextFormatOf<Format>, Listed<Outputs>>,
      | 'tokens'
      | 'heads'
      | 'meta'
      | Extract<Listed<Outputs>, 'weights' | 'stats'>
      | ([Focused] extends [Focus] ? 'focus' : never)
    >
  : never;

/** What is shown of an answer: the answer itself, lines for a terminal, or a picture. */
export type Shown = 'json' | 'text' | 'svg';
/** What is for people only. */
export type Drawn = Exclude<Shown, 'json'>;
/** An answer as it was to be shown: text and pictures are strings. */
export type InShown<Format extends Shown, Answer> = Format extends 'json' ? Answer : string;
