/** Envoy's own schemas, as they come with @grpc/grpc-js-xds, and what in a configuration they do not know. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tools } from '../tools.ts';

/** What is read of protobufjs, which is there where the tools are. */
interface Root {
  resolvePath(origin: string, target: string): string;
  load(files: string[], options: { keepCase: boolean }): Promise<Root>;
  resolveAll(): void;
  lookup(name: string): Message | null;
}
interface Message {
  fullName: string;
  fields: Record<string, Field>;
  oneofsArray: { name: string; oneof: string[] }[];
}
interface Enumeration {
  fullName: string;
  values: Record<string, number>;
}
interface Field {
  type: string;
  repeated: boolean;
  /** Of a map. */
  keyType?: string;
  resolvedType: Message | Enumeration | null;
}

const FOLDERS = ['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'].map((name) =>
  join(tools, 'node_modules/@grpc/grpc-js-xds/deps', name),
);
const BOOTSTRAP = 'envoy.config.bootstrap.v3.Bootstrap';
/** Where the types are that a configuration names by @type, or has as a whole. */
const FILES = [
  'envoy/config/bootstrap/v3/bootstrap.proto',
  'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
  'envoy/extensions/filters/http/router/v3/router.proto',
  'envoy/extensions/retry/host/previous_hosts/v3/previous_hosts.proto',
  'envoy/extensions/upstreams/http/v3/http_protocol_options.proto',
];

/** JSON's own forms of types that are written as plain values (https://protobuf.dev/programming-guides/json). */
const PLAIN: Record<string, (value: unknown) => boolean> = {
  'google.protobuf.Duration': (value) => typeof value === 'string' && /^\d+(\.\d{1,9})?s$/.test(value),
  'google.protobuf.UInt32Value': Number.isInteger,
  'google.protobuf.UInt64Value': Number.isInteger,
  'google.protobuf.BoolValue': (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  uint32: Number.isInteger,
  int32: Number.isInteger,
  int64: Number.isInteger,
  double: (value) => typeof value === 'number',
};

/** All that a bootstrap configuration has and Envoy does not know, each with its place. */
export async function unknownToEnvoy(configuration: unknown): Promise<string[]> {
  const { default: protobuf } = await import(join(tools, 'node_modules/protobufjs/index.js'));
  const root: Root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    FOLDERS.map((folder) => join(folder, target)).find(existsSync) ?? join(tools, 'node_modules/protobufjs', target);
  await root.load(FILES, { keepCase: true });
  root.resolveAll();
  return faultsOf(root, typeNamed(root, BOOTSTRAP), configuration, '');
}

function typeNamed(root: Root, name: string): Message {
  const found = root.lookup(name);
  if (found === null) throw new Error(`there is no type ${name}`);
  return found;
}

/** What is wrong in an object that should be a message. */
function faultsOf(root: Root, { fullName, fields, oneofsArray }: Message, value: unknown, place: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${place} is no object`];
  const { '@type': url, ...members } = { '@type': undefined, ...value };
  if (fullName === '.google.protobuf.Any')
    return faultsOf(root, typeNamed(root, String(url).replace('type.googleapis.com/', '')), members, place);
  const clashes = oneofsArray
    .filter(({ oneof }) => oneof.filter((name) => name in members).length > 1)
    .map(({ name }) => `${place} has two of ${name}`);
  const inner = Object.entries(members).flatMap(([name, member]) =>
    fields[name] === undefined
      ? [`${place}/${name} is not known`]
      : faultsIn(root, fields[name], member, `${place}/${name}`),
  );
  return [...clashes, ...inner];
}

/** What is wrong in all that a field has: one value, a list, or values by name. */
function faultsIn(root: Root, field: Field, value: unknown, place: string): string[] {
  if (field.keyType === undefined && !field.repeated) return faultsOfOne(root, field, value, place);
  if (field.repeated && !Array.isArray(value)) return [`${place} is no list`];
  return Object.entries(Object(value)).flatMap(([key, one]) => faultsOfOne(root, field, one, `${place}/${key}`));
}

function faultsOfOne(root: Root, { type, resolvedType }: Field, value: unknown, place: string): string[] {
  const isPlain = PLAIN[resolvedType?.fullName.slice(1) ?? type];
  if (isPlain !== undefined) return isPlain(value) ? [] : [`${place} is no ${type}`];
  if (resolvedType === null) return [`${place} has the type ${type}, which is not checked`];
  if ('fields' in resolvedType) return faultsOf(root, resolvedType, value, place);
  return String(value) in resolvedType.values ? [] : [`${place} is none of its values`];
}
