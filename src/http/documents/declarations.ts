/** JSON Schema as TypeScript declarations, for the types of the client. */

/** What zod writes of a schema, as far as it is read here. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  description?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
}

/** The exported declaration of a schema under a name. */
export function declarationOf(name: string, schema: JsonSchema): string {
  const isInterface = schema.type === 'object' && schema.properties !== undefined;
  const head = isInterface ? `export interface ${name} ` : `export type ${name} = `;
  return `${commentOf(schema, '')}${head}${typeOf(schema, '')}${isInterface ? '' : ';'}\n`;
}

/** The name that `#/$defs/Name` or `#/components/schemas/Name` refers to. */
export function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

function typeOf(schema: JsonSchema, indent: string): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if ('const' in schema) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  const ways = schema.anyOf ?? schema.oneOf;
  if (ways !== undefined) return [...new Set(ways.map((way) => typeOf(way, indent)))].join(' | ');
  const { type } = schema;
  // A type list, as `["boolean", "null"]`, is one way each.
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one }, indent)).join(' | ');
  switch (type) {
    case 'array':
      return listType(schema, indent);
    case 'object':
      return objectType(schema, indent);
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return type;
    case undefined:
      return 'unknown';
    default:
      throw new Error(`there is no declaration for the type ${type}`);
  }
}

function listType({ prefixItems, items }: JsonSchema, indent: string): string {
  if (prefixItems !== undefined) return `[${prefixItems.map((item) => typeOf(item, indent)).join(', ')}]`;
  const item = typeOf(items ?? {}, indent);
  return isUnion(items ?? {}) ? `(${item})[]` : `${item}[]`;
}

function isUnion({ type, enum: values = [], anyOf, oneOf = [] }: JsonSchema): boolean {
  return values.length > 1 || (anyOf ?? oneOf).length > 1 || Array.isArray(type);
}

function objectType({ properties, required = [], additionalProperties }: JsonSchema, indent: string): string {
  if (properties === undefined) {
    return `Record<string, ${typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent) : 'unknown'}>`;
  }
  const inner = `${indent}  `;
  const members = Object.entries(properties).map(([name, property]) => {
    const type = typeOf(property, inner);
    const member = required.includes(name) ? `${name}: ${type}` : `${name}?: ${type} | undefined`;
    return `${commentOf(property, inner)}${inner}${member};\n`;
  });
  // A loose object: other members are not known.
  if (typeof additionalProperties === 'object') members.push(`${inner}[name: string]: unknown;\n`);
  return `{\n${members.join('')}${indent}}`;
}

/** The description, and the default where there is one. */
function commentOf({ description, ...schema }: JsonSchema, indent: string): string {
  const byDefault = 'default' in schema ? `By default ${JSON.stringify(schema.default)}.` : undefined;
  const text = [description, byDefault].filter((part) => part !== undefined).join(' ');
  return text === '' ? '' : `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(value);
}
