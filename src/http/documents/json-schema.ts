/** zod schemas as JSON Schema for the documents, in the words that generators of clients understand. */
import { z } from 'zod';

export type JsonSchema = { [keyword: string]: unknown };

/** A named schema that is written as it stands, and those that it refers to. */
export class WrittenSchema {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly uses: readonly z.ZodType[];

  constructor(name: string, schema: JsonSchema, uses: readonly z.ZodType[]) {
    this.name = name;
    this.schema = schema;
    this.uses = uses;
  }
}

type Dialect = 'openapi' | 'asyncapi';

/** The named schemas of one document. Invariant: a name stands for one schema. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly #dialect: Dialect;

  /** @param dialect AsyncAPI's is JSON Schema of draft 7, where nothing may stand beside a reference */
  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /**
   * A schema as it stands in the document: what it names (`meta({ id })`) is kept here and referred to. All schemas are written
   * as for input, where fields with a default may be missing and answers may have more fields than are known.
   */
  schemaOf(schema: z.ZodType | WrittenSchema): JsonSchema {
    if (schema instanceof WrittenSchema) {
      for (const used of schema.uses) this.schemaOf(used);
      this.#keep(schema.name, schema.schema);
      return { $ref: `#/components/schemas/${schema.name}` };
    }
    const {
      $schema: _dialect,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema instanceof z.ZodDiscriminatedUnion) jsonSchema.discriminator = zodSchema.def.discriminator;
      },
    });
    for (const [name, definition] of Object.entries($defs)) this.#keep(name, this.#plain(definition));
    return this.#plain(own);
  }

  #plain(schema: JsonSchema): JsonSchema {
    return plain(schema, this.#dialect);
  }

  #keep(name: string, schema: JsonSchema): void {
    const known = this.schemas[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`${name} is the name of two schemas`);
    }
    this.schemas[name] = schema;
  }
}

/** Keywords of which each value is a schema, a list of schemas, or schemas by name. */
const ONE = new Set(['items', 'additionalProperties', 'not']);
const LIST = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const BY_NAME = new Set(['properties', '$defs']);
/** Of zod: the name of the schema, and what it says of every name of a record. */
const DROPPED = new Set(['id', 'propertyNames']);

/** The same schema in fewer kinds of words. */
function plain(schema: JsonSchema, dialect: Dialect): JsonSchema {
  const inner: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (DROPPED.has(keyword)) continue;
    if (keyword === '$ref') inner.$ref = String(value).replace('#/$defs/', '#/components/schemas/');
    else if (ONE.has(keyword) && isSchema(value)) inner[keyword] = plain(value, dialect);
    else if (LIST.has(keyword) && Array.isArray(value)) inner[keyword] = value.map((one) => plain(one, dialect));
    else if (BY_NAME.has(keyword) && isSchema(value)) {
      inner[keyword] = Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, isSchema(one) ? plain(one, dialect) : one]),
      );
    } else inner[keyword] = value;
  }
  const schemaOfBoth = withoutDefault(withoutTuple(withNull(flat(withPlainBounds(withoutConst(inner))))));
  return dialect === 'asyncapi' ? inDraft7(schemaOfBoth) : schemaOfBoth;
}

/** Nothing beside a reference, and no discriminator: linters disagree about what AsyncAPI's is. */
function inDraft7({ discriminator: _, $ref, ...others }: JsonSchema): JsonSchema {
  if ($ref === undefined) return others;
  return Object.keys(others).length === 0 ? { $ref } : { allOf: [{ $ref }], ...others };
}

/** Many generators know `enum` only, and that not of booleans. */
function withoutConst({ const: value, ...schema }: JsonSchema): JsonSchema {
  return value === undefined || typeof value === 'boolean' ? schema : { ...schema, enum: [value] };
}

/** No bounds that only say what a double can hold, none that older readers take for a boolean, no pattern of all dates. */
function withPlainBounds({ minimum, maximum, exclusiveMinimum, pattern, ...schema }: JsonSchema): JsonSchema {
  const least = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + Number(schema.type === 'integer') : minimum;
  return {
    ...schema,
    ...(least !== undefined && least !== Number.MIN_SAFE_INTEGER && { minimum: least }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
    ...(pattern !== undefined && schema.format !== 'date-time' && { pattern }),
  };
}

/** A union of a union and nothing is one union. */
function flat(schema: JsonSchema): JsonSchema {
  const { anyOf } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const isUnion = (way: JsonSchema) => Array.isArray(way.anyOf) && Object.keys(way).length === 1;
  return { ...schema, anyOf: anyOf.flatMap((way) => (isUnion(way) ? way.anyOf : [way])) };
}

/** `type: [integer, "null"]` rather than a union with nothing. */
function withNull(schema: JsonSchema): JsonSchema {
  const { anyOf, ...others } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2 || anyOf[1].type !== 'null') return schema;
  const { type, enum: values, ...rest } = anyOf[0];
  if (typeof type !== 'string' || 'const' in rest) return schema;
  return { ...rest, ...others, type: [type, 'null'], ...(values !== undefined && { enum: [...values, null] }) };
}

/** A pair of the same is a list of two. */
function withoutTuple(schema: JsonSchema): JsonSchema {
  const { prefixItems, ...others } = schema;
  if (!Array.isArray(prefixItems)) return schema;
  if (new Set(prefixItems.map((item) => JSON.stringify(item))).size > 1) return schema;
  return { ...others, items: prefixItems[0], minItems: prefixItems.length, maxItems: prefixItems.length };
}

/** In words: openapi-typescript takes a field with a default for one that is always there, in requests, too. */
function withoutDefault({ default: value, ...schema }: JsonSchema): JsonSchema {
  if (value === undefined) return schema;
  const { description = '' } = schema;
  if (/by default|= none|left out/i.test(String(description))) return schema;
  return { ...schema, description: `${description} By default ${JSON.stringify(value)}.`.trim() };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
