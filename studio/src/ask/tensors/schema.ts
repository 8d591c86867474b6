/** A JSON Schema of the service's OpenAPI document → what can be put in, as plain data that a form is made of. */

/** A value that a field takes. */
export type Kind =
  | { is: 'boolean' }
  | { is: 'number'; isInteger: boolean; least: number | undefined; most: number | undefined; multipleOf: number }
  | { is: 'choice'; values: readonly (string | number)[] }
  | { is: 'text'; most: number }
  | { is: 'list'; item: Kind; least: number; most: number }
  | { is: 'object'; fields: readonly Field[] };

export interface Field {
  name: string;
  /** From the request, with points between: `rotary.base`. */
  path: string;
  description: string;
  /** What it takes, beside null; more than one of a union. */
  kinds: readonly Kind[];
  isRequired: boolean;
  /** What the service takes where there is nothing, as far as the document says so. */
  fallback: unknown;
}

/** A place for a tensor in the request. */
export interface Role {
  /** As of a field: `attn_mask`, `rotary.positions`. */
  path: string;
  description: string;
  isRequired: boolean;
  /** Whether it takes a tensor in any form; else a list of numbers, or a list of such lists. */
  isTensor: boolean;
}

export interface Form {
  roles: readonly Role[];
  options: readonly Field[];
}

/** The part of JSON Schema (draft 2020-12) that the document uses. */
interface Schema {
  $ref?: string;
  anyOf?: readonly Schema[];
  type?: string | readonly string[];
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  multipleOf?: number;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  description?: string;
}

const ROUTE = '/attention';

/**
 * The form of a request of POST /attention: tensors as roles, all else as options; what takes lists of numbers is both.
 * @param document the OpenAPI document of the service
 * @throws TypeError where it says nothing of the route, or what no control is known for
 */
export function formOf(document: unknown): Form {
  const resolve = (schema: Schema): Schema => {
    if (schema.$ref === undefined) return schema;
    return { ...resolve(at<Schema>(document, schema.$ref.replace(/^#\//, '').split('/'))), ...ownOf(schema) };
  };
  const media = ['paths', ROUTE, 'post', 'requestBody', 'content', 'application/json', 'schema'];
  const request = resolve(at<Schema>(document, media));

  const alternatives = (schema: Schema): Schema[] => {
    const { anyOf, ...own } = resolve(schema);
    return anyOf === undefined ? [own] : anyOf.flatMap(alternatives);
  };
  const isTensor = (schema: Schema) =>
    alternatives(schema).some(({ properties }) => properties?.shape !== undefined && properties.data !== undefined);

  const fieldOf = (name: string, schema: Schema, path: string, isRequired: boolean): Field => {
    const { description = '' } = resolve(schema);
    const kinds = alternatives(schema).flatMap((one) => kindsOf(one, path));
    if (kinds.length === 0) throw new TypeError(`no control is known for ${path}`);
    return { name, path, description, kinds, isRequired, fallback: fallbackOf(description) };
  };

  const kindsOf = (schema: Schema, path: string): Kind[] => {
    if (schema.enum !== undefined) {
      const values = schema.enum.filter((one) => typeof one === 'string' || typeof one === 'number');
      return values.length === 0 ? [] : [{ is: 'choice', values }];
    }
    return [schema.type ?? []].flat().flatMap((type) => kindOf(type, schema, path) ?? []);
  };

  const kindOf = (type: string, schema: Schema, path: string): Kind | undefined => {
    switch (type) {
      case 'boolean':
        return { is: 'boolean' };
      case 'integer':
      case 'number': {
        const { minimum: least, maximum: most, multipleOf = 0 } = schema;
        return { is: 'number', isInteger: type === 'integer', least, most, multipleOf };
      }
      case 'string':
        return { is: 'text', most: schema.maxLength ?? MOST };
      case 'array': {
        const [item] =
          schema.items === undefined ? [] : alternatives(schema.items).flatMap((one) => kindsOf(one, path));
        return item && { is: 'list', item, least: schema.minItems ?? 0, most: schema.maxItems ?? MOST };
      }
      case 'object':
        return { is: 'object', fields: fieldsOf(schema, path) };
      default:
        return undefined;
    }
  };

  const fieldsOf = ({ properties = {}, required = [] }: Schema, within: string): Field[] =>
    Object.entries(properties).map(([name, schema]) =>
      fieldOf(name, schema, within === '' ? name : `${within}.${name}`, required.includes(name)),
    );

  const all = Object.entries(request.properties ?? {});
  const tensors = all.filter(([, schema]) => isTensor(schema));
  const others = all.filter(([, schema]) => !isTensor(schema));
  const options = others.map(([name, schema]) =>
    fieldOf(name, schema, name, request.required?.includes(name) ?? false),
  );
  const roles = tensors.map(([path, schema]): Role => {
    const { description = '' } = resolve(schema);
    return { path, description, isRequired: request.required?.includes(path) ?? false, isTensor: true };
  });
  return { roles: [...roles, ...options.flatMap(listRoles)], options };
}

const MOST = 1_000_000;

/** Beside a reference only a description may stand, which is that of the place. */
const ownOf = ({ description }: Schema) => (description === undefined ? {} : { description });

function listRoles({ path, description, kinds }: Field): Role[] {
  const own: Role[] = kinds.some(isOfNumbers) ? [{ path, description, isRequired: false, isTensor: false }] : [];
  return [...own, ...kinds.flatMap((kind) => (kind.is === 'object' ? kind.fields.flatMap(listRoles) : []))];
}

const isOfNumbers = (kind: Kind): boolean =>
  kind.is === 'list' && (kind.item.is === 'number' || isOfNumbers(kind.item));

/** The document says defaults at the ends of descriptions, as JSON. */
function fallbackOf(description: string): unknown {
  const [, text] = /By default (.+)\.$/.exec(description) ?? [];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // In words, such as “the length of past_key, else 0”.
    return undefined;
  }
}

/** What stands at a place of the document. Its shape is that of OpenAPI 3.1, which the service's own tests hold. */
function at<T>(document: unknown, path: readonly string[]): T {
  const found = path.reduce<unknown>(
    (inside, name) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, name) : undefined),
    document,
  );
  if (typeof found !== 'object' || found === null) throw new TypeError(`the document has no ${path.join('/')}`);
  return found as T;
}
