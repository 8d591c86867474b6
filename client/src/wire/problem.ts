// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.

/** Why a request was not served (RFC 9457). */
export interface Problem {
  /** Where the code is explained: a path of this server. */
  type: string;
  /** The sentence of the code. */
  title: string;
  /** The HTTP status. */
  status: number;
  /** What is wrong in this request, and what was expected. */
  detail: string;
  /** The id of the request, as in x-request-id and in the log. */
  instance: string;
  code: ErrorCode;
  /** The field that is wrong, as a JSON pointer (RFC 6901) such as /key/2/5. */
  pointer?: string | undefined;
  /** The trace of the traceparent that came with the request, if one did. */
  trace_id?: string | undefined;
  /** The byte at which the body cannot be read. */
  offset?: number | undefined;
}

/** Stable, for programs. */
export type ErrorCode = 'invalid_json' | 'invalid_safetensors' | 'invalid_npz' | 'invalid_inference' | 'invalid_encoding' | 'incomplete_body' | 'bad_request' | 'unknown_protocol' | 'invalid_message' | 'missing_credentials' | 'invalid_token' | 'insufficient_scope' | 'origin_not_allowed' | 'not_owner' | 'misdirected_request' | 'run_not_found' | 'job_not_found' | 'unknown_subscription' | 'run_expired' | 'run_cancelled' | 'job_cancelled' | 'job_not_done' | 'upgrade_required' | 'not_found' | 'method_not_allowed' | 'request_timeout' | 'not_acceptable' | 'expectation_failed' | 'body_too_large' | 'too_many_elements' | 'text_too_long' | 'output_too_large' | 'unsupported_media_type' | 'headers_too_large' | 'not_an_object' | 'missing_field' | 'unknown_field' | 'invalid_option' | 'conflicting_options' | 'idempotency_key_reused' | 'too_complex' | 'invalid_tensor' | 'ragged_array' | 'empty_tensor' | 'invalid_rank' | 'invalid_dtype' | 'not_finite' | 'ambiguous_mask' | 'shape_mismatch' | 'dropout_unsupported' | 'overflow' | 'too_many_steps' | 'rate_limited' | 'saturated' | 'draining' | 'not_ready' | 'issuer_unavailable' | 'sharing_unavailable' | 'worker_died' | 'workers_failing' | 'deadline_exceeded' | 'unknown_method' | 'internal';
