/** Where spans of requests go, and of which; by OpenTelemetry's names. */
import { z } from 'zod';
import { described, oneOf } from './variable.ts';

const MAX_ADDRESS_LENGTH = 4096;
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export const tracing = {
  otlpEndpoint: described(
    z
      .url({ protocol: /^https?$/ })
      .max(MAX_ADDRESS_LENGTH)
      .optional(),
    {
      variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      expects: 'the address of a collector, such as http://localhost:4318',
      standard: 'none',
      meaning:
        'Where spans go, by OTLP over HTTP in JSON; without it there are none. OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_HEADERS and their like count, too.',
    },
  ),
  tracesSampler: described(z.enum(SAMPLERS).default('parentbased_always_on'), {
    variable: 'OTEL_TRACES_SAMPLER',
    expects: oneOf(SAMPLERS),
    standard: 'parentbased_always_on',
    meaning:
      'Which requests have spans; parentbased = those that their caller records, and the rule for those without a caller.',
  }),
  tracesSamplerRatio: described(
    z
      .string()
      .regex(/^(0|1|1\.0{1,16}|0?\.\d{1,16})$/)
      .transform(Number)
      .default(1),
    {
      variable: 'OTEL_TRACES_SAMPLER_ARG',
      expects: 'a number from 0 to 1',
      standard: '1',
      meaning: 'The part of traces that traceidratio records.',
    },
  ),
};
