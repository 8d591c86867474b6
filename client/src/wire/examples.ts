// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.

/** All examples. */
export interface ExampleList {
  examples: {
    name: string;
    title: string;
    links: {
      /** A path of this server. */
      self: string;
      /** A path of this server. */
      text: string;
      /** A path of this server. */
      svg: string;
    };
  }[];
}

/** Requests, their answers, and what these show. */
export interface WorkedExample {
  name: string;
  title: string;
  /** What to look at in the answers. */
  look_at: string;
  requests: {
    name: string;
    method: 'POST';
    path: '/attention' | '/attention/text';
    /** The body, to be sent as it is. */
    body: Record<string, unknown>;
    /** What the route answers to it, computed now. */
    answer: Record<string, unknown>;
    links: {
      /** A path of this server. */
      svg: string;
    };
  }[];
  /** What the numbers say. */
  comparisons: {
    says: string;
    left: {
      /** Whose answer was read, or "sequential"; absent when it is arithmetic. */
      request?: string | undefined;
      /** Where in the answer, as a JSON pointer. */
      pointer?: string | undefined;
      values: number[];
    };
    relation: 'equals' | 'differs from' | 'is greater than';
    right: {
      /** Whose answer was read, or "sequential"; absent when it is arithmetic. */
      request?: string | undefined;
      /** Where in the answer, as a JSON pointer. */
      pointer?: string | undefined;
      values: number[];
    };
    /** Whether the numbers say so. With another table of word vectors they may not. */
    holds: boolean;
  }[];
  /** The same texts read word by word, beside attention. */
  sequential?: {
    /** How the sequential reader reads. */
    rule: string;
    decay: number;
    readings: {
      request: string;
      from: {
        index: number;
        text: string;
      };
      to: {
        index: number;
        text: string;
      };
      distance: number;
      attention: {
        /** The factor of the first word in what the second reads. */
        reach: number;
        /** Steps of which each waits for the one before. */
        dependent_steps: number;
        multiplications: number;
        /** Wall time on one thread, measured for this answer: the median of a few runs. */
        ms: number;
      };
      sequential: {
        /** The factor of the first word in what the second reads. */
        reach: number;
        /** Steps of which each waits for the one before. */
        dependent_steps: number;
        multiplications: number;
        /** Wall time on one thread, measured for this answer: the median of a few runs. */
        ms: number;
      };
      /** What reaches the second word from each, by both. */
      words: {
        index: number;
        text: string;
        distance: number;
        attention: number;
        sequential: number;
      }[];
    }[];
  } | undefined;
  links: {
    /** A path of this server. */
    self: string;
    /** A path of this server. */
    text: string;
    /** A path of this server. */
    svg: string;
  };
}
