import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** The answer of a reply whose body is events, with its headers set and none sent; who sends them takes the reply over. */
export function eventHead(reply: FastifyReply): ServerResponse {
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.setHeader('content-type', 'text/event-stream; charset=utf-8');
  raw.setHeader('cache-control', 'no-store');
  // nginx would gather events until its buffer is full.
  raw.setHeader('x-accel-buffering', 'no');
  return raw;
}
